package dev.freshet.operators.publish;

import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.dataset.UnsearchableSegmentException;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.FragmentHistory;
import dev.freshet.lance.verify.SegmentVerifier;
import dev.freshet.lance.verify.Verification;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.SegmentReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Tells whether a committed segment answers for its fragments: some of its rows must find
 * themselves, some of its codes must be those of their rows' vectors, and every entry must be where
 * another writer may have committed it over rewritten columns.
 */
final class SegmentInspection {

  private static final byte[] NO_DETAILS = new byte[0];

  /**
   * The most rows that are compared one by one: half a minute in the sink, and 48 MB. Of a larger
   * segment other fragments are chosen after each start; a fragment that is larger is only sampled.
   */
  private static final long MAX_ROWS = 2_000_000;

  /** Share of sampled codes that may be those of another vector. */
  private static final double STRANGE_CODES = 0.02;

  private final PublishContext context;
  private final IndexSpec index;
  private final Random random = new Random();

  SegmentInspection(PublishContext context) {
    this.context = context;
    this.index = context.options().index();
  }

  /**
   * What is wrong with a segment, one line; empty if nothing is.
   *
   * @param dataset the version of the manifest
   * @param segment with the live fragments that it covers
   * @throws IOException if storage fails
   */
  Optional<String> damage(DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    long start = System.nanoTime();
    try {
      SegmentReader reader = SegmentReader.open(context.storage(), segment.uuid());
      if (!index.type().traits().survivesRemap()
          && FragmentHistory.wasRemapped(dataset, index.name(), segment)) {
        return Optional.of(
            "another writer compacted its fragments, which its type does not survive");
      }
      Optional<String> lost = search(dataset, segment, reader.model().partitions());
      if (lost.isPresent()) {
        return lost;
      }
      Optional<String> strange = strangeCodes(dataset, segment, reader);
      return strange.isPresent() ? strange : wrongEntries(dataset, manifest, segment, reader);
    } catch (CorruptSegmentException | FileNotFoundException e) {
      return Optional.of("it cannot be read: " + e.getMessage());
    } catch (UnsearchableSegmentException e) {
      return Optional.of(e.getMessage());
    } finally {
      context.metrics().inspected((System.nanoTime() - start) / 1_000_000);
    }
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

  /** Of a segment that another writer may have committed over rewritten columns. */
  Optional<String> wrongEntries(
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
        context.rewritten().of(dataset, manifest, column.field()).intersect(segment.coverage());
    long wrong =
        EntryCheck.wrong(
            dataset, column, reader, some(manifest.fragments(suspect), MAX_ROWS, random));
    return wrong == 0
        ? Optional.empty()
        : Optional.of(wrong + " entries are not those of their rows' vectors");
  }

  /** As many of the fragments as have so many rows together, chosen at random. */
  static List<Fragment> some(List<Fragment> fragments, long most, Random random) {
    List<Fragment> shuffled = new ArrayList<>(fragments);
    Collections.shuffle(shuffled, random);
    List<Fragment> some = new ArrayList<>();
    long left = most;
    for (Fragment fragment : shuffled) {
      if (fragment.liveRows() <= left) {
        some.add(fragment);
        left -= fragment.liveRows();
      }
    }
    return some;
  }

  private Optional<String> search(DatasetHandle dataset, CommittedSegment segment, int partitions)
      throws IOException {
    SegmentRegistration registration =
        new SegmentRegistration(
            segment.uuid(),
            index.name(),
            dataset.column(index.column()),
            segment.coverage(),
            index.type(),
            NO_DETAILS);
    Optional<DetachedVersion> alone =
        context
            .publisher()
            .withoutOthers(dataset, segment, index.name(), registration.column().field());
    try {
      DatasetHandle searched = alone.map(DetachedVersion::handle).orElse(dataset);
      Verification found =
          new SegmentVerifier(
                  context.options().verifySamples(), segment.uuid().getLeastSignificantBits())
              .verify(searched, registration, index.metric(), partitions);
      return found.passes(index.type().traits().allowedMisses())
          ? Optional.empty()
          : Optional.of(
              found.failed() + " of " + found.checked() + " rows did not find themselves");
    } finally {
      if (alone.isPresent()) {
        alone.get().close();
      }
    }
  }
}
