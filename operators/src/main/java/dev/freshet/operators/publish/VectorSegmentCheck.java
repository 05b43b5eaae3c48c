package dev.freshet.operators.publish;

import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.FragmentHistory;
import dev.freshet.lance.verify.SegmentVerifier;
import dev.freshet.lance.verify.Verification;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommitToken;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * Searches segments of vectors: some of a segment's rows must find themselves, some of its codes
 * must be those of their rows' vectors, one that replaces others must find as much as they do, and
 * every entry must be where another writer may have committed it over rewritten columns. Where
 * another writer made the segment, no row may be without an entry.
 */
final class VectorSegmentCheck implements SegmentCheck {

  /**
   * The most rows that are compared one by one: half a minute in the sink, and 48 MB. Of a larger
   * segment other fragments are chosen after each start; a fragment that is larger is only sampled.
   */
  private static final long MAX_ROWS = 2_000_000;

  /** Share of sampled codes that may be those of another vector. */
  private static final double STRANGE_CODES = 0.02;

  private final IndexSpec.Vector index;
  private final int samples;
  private final IndexStorage storage;
  private final SegmentPublisher publisher;
  private final RewrittenColumns rewritten;
  private final ReplacementCheck replacement;
  private final Random random = new Random();

  VectorSegmentCheck(
      StreamOptions options,
      IndexStorage storage,
      SegmentPublisher publisher,
      RewrittenColumns rewritten) {
    this.index = options.vectors();
    this.samples = options.verifySamples();
    this.storage = storage;
    this.publisher = publisher;
    this.rewritten = rewritten;
    this.replacement = new ReplacementCheck(options, publisher);
  }

  @Override
  public Optional<String> objection(
      DatasetHandle dataset, SegmentRegistration segment, Set<UUID> replaced, Set<UUID> compared)
      throws IOException {
    SegmentReader reader = SegmentReader.open(storage, segment.uuid());
    SegmentVerifier verifier = verifier(dataset, segment.uuid());
    if (reader.rows() == 0) {
      return verifier.nothingToFind(dataset, segment.coverage())
          ? Optional.empty()
          : Optional.of("it is empty, and its fragments are not");
    }
    int partitions = reader.model().partitions();
    CommitToken token = new CommitToken(index.name(), segment.uuid());
    try (DetachedVersion detached = publisher.detach(dataset, segment, replaced, token)) {
      Optional<String> lost =
          lost(verifier.verify(detached.handle(), segment.coverage(), partitions));
      return lost.isPresent()
          ? lost
          : replacement.objection(
              dataset, detached.handle(), segment, ofTheSameModel(compared, reader), partitions);
    }
  }

  /**
   * Rows that a model coded badly before it grew stay in their partitions, and new ones are nearer
   * now: in one partition, as is searched here, the old segment finds more of them. One partition
   * of a model that took the place of others is another share of the rows.
   */
  private Set<UUID> ofTheSameModel(Set<UUID> segments, SegmentReader built) throws IOException {
    String origin = built.model().origin();
    Set<UUID> same = new HashSet<>();
    for (UUID segment : segments) {
      IvfModel model = SegmentReader.open(storage, segment).model();
      if (model.partitions() == built.model().partitions() && model.origin().equals(origin)) {
        same.add(segment);
      }
    }
    return same;
  }

  private SegmentVerifier verifier(DatasetHandle dataset, UUID segment) {
    return new SegmentVerifier(
        dataset.column(index.column()),
        index.type(),
        index.metric(),
        samples,
        segment.getLeastSignificantBits());
  }

  private Optional<String> lost(Verification found) {
    return found.passes(index.type().traits().allowedMisses())
        ? Optional.empty()
        : Optional.of(found.failed() + " of " + found.checked() + " rows did not find themselves");
  }

  @Override
  public Optional<String> damage(
      DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    SegmentReader reader = SegmentReader.open(storage, segment.uuid());
    if (!index.type().survivesRemap()
        && FragmentHistory.wasRemapped(dataset, index.name(), segment)) {
      return Optional.of("another writer compacted its fragments, which its type does not survive");
    }
    Optional<String> lost = search(dataset, segment, reader.model().partitions());
    if (lost.isPresent()) {
      return lost;
    }
    Optional<String> missing = missingEntries(dataset, manifest, segment, reader);
    if (missing.isPresent()) {
      return missing;
    }
    Optional<String> strange = strangeCodes(dataset, segment, reader);
    return strange.isPresent() ? strange : wrongEntries(dataset, manifest, segment, reader);
  }

  /** What Freshet wrote and nobody has changed holds each row, as it was counted. */
  private Optional<String> missingEntries(
      DatasetHandle dataset,
      ManifestVersion manifest,
      CommittedSegment segment,
      SegmentReader reader)
      throws IOException {
    if (reader.isOurs()) {
      return Optional.empty();
    }
    long missing =
        MissingEntries.count(
            dataset,
            dataset.column(index.column()),
            index.metric(),
            reader,
            FragmentChoice.some(manifest.fragments(segment.coverage()), MAX_ROWS, random));
    return missing == 0
        ? Optional.empty()
        : Optional.of("it has no entries of " + missing + " rows of its fragments");
  }

  /** Only of codes that Freshet knows: Lance's own are compared with nothing. */
  private Optional<String> strangeCodes(
      DatasetHandle dataset, CommittedSegment segment, SegmentReader reader) throws IOException {
    if (index.type().builder() != IndexType.Builder.FRESHET) {
      return Optional.empty();
    }
    double strange =
        new CodeSample(reader, segment.uuid().getLeastSignificantBits())
            .strange(dataset, dataset.column(index.column()));
    return strange <= STRANGE_CODES
        ? Optional.empty()
        : Optional.of(
            Math.round(100 * strange) + " of 100 codes are not those of their rows' vectors");
  }

  @Override
  public Optional<String> wrongEntries(
      DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    return wrongEntries(dataset, manifest, segment, SegmentReader.open(storage, segment.uuid()));
  }

  private Optional<String> wrongEntries(
      DatasetHandle dataset,
      ManifestVersion manifest,
      CommittedSegment segment,
      SegmentReader reader)
      throws IOException {
    if (index.type().builder() != IndexType.Builder.FRESHET || reader.isOurs()) {
      return Optional.empty();
    }
    VectorColumn column = dataset.column(index.column());
    Coverage suspect =
        rewritten.of(dataset, manifest, column.field()).intersect(segment.coverage());
    List<Fragment> compared = FragmentChoice.some(manifest.fragments(suspect), MAX_ROWS, random);
    long wrong = EntryCheck.wrong(dataset, column, reader, compared);
    return wrong == 0
        ? Optional.empty()
        : Optional.of(wrong + " entries are not those of their rows' vectors");
  }

  private Optional<String> search(DatasetHandle dataset, CommittedSegment segment, int partitions)
      throws IOException {
    int field = dataset.field(index.column());
    Optional<DetachedVersion> alone =
        publisher.withoutOthers(dataset, segment, index.name(), field);
    try {
      DatasetHandle searched = alone.map(DetachedVersion::handle).orElse(dataset);
      return lost(
          verifier(searched, segment.uuid()).verify(searched, segment.coverage(), partitions));
    } finally {
      if (alone.isPresent()) {
        alone.get().close();
      }
    }
  }
}
