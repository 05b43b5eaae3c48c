package dev.freshet.job.report;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.UnsearchableSegmentException;
import dev.freshet.lance.manifest.IndexSummary;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.verify.ScalarEntries;
import dev.freshet.lance.verify.ScalarVerifier;
import dev.freshet.lance.verify.SegmentEntries;
import dev.freshet.lance.verify.TextRows;
import dev.freshet.lance.verify.TextVerifier;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.EntryState;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ScalarType;
import dev.freshet.state.planning.CoverageCheck;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.UnsupportedSegmentException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks a published index of values against its dataset: coverage disjoint, an entry of the
 * present value for each live row and no other that costs an answer, and the same answers with the
 * index as without.
 */
public final class ScalarVerification {

  private static final long SEED = 42;

  /**
   * What was found.
   *
   * @param coverage share of the live rows that lie in covered fragments
   * @param violations what is wrong, one line each
   */
  public record Report(
      boolean ok,
      double coverage,
      long rows,
      long indexedRows,
      int segments,
      List<String> violations) {}

  private final DatasetHandle dataset;
  private final IndexSummary index;
  private final ScalarType type;
  private final IndexStorage storage;

  /**
   * @param dataset the version to verify
   * @param index of values
   */
  public ScalarVerification(DatasetHandle dataset, IndexSummary index, IndexStorage storage) {
    this.dataset = dataset;
    this.index = index;
    this.type = index.scalarType().orElseThrow();
    this.storage = storage;
  }

  /** Reads every value of the covered fragments about a dozen times. */
  public Report verify() throws IOException {
    ManifestVersion manifest = ManifestReader.read(dataset, index.name());
    List<String> violations = new ArrayList<>(CoverageCheck.violations(manifest));
    boolean readable = true;
    for (CommittedSegment segment : manifest.index().segments()) {
      try {
        violation(manifest, segment)
            .ifPresent(wrong -> violations.add("Segment " + segment.uuid() + ": " + wrong));
      } catch (CorruptSegmentException | UnsupportedSegmentException | FileNotFoundException e) {
        violations.add("Segment " + segment.uuid() + " cannot be read: " + e.getMessage());
        readable = false;
      }
    }
    if (readable) { // Lance is handed only what Freshet's own reader can open
      answers(manifest.live()).ifPresent(violations::add);
    }
    long indexed = manifest.liveRows(manifest.covered());
    return new Report(
        violations.isEmpty(),
        manifest.liveRows() == 0 ? 1 : (double) indexed / manifest.liveRows(),
        manifest.liveRows(),
        indexed,
        manifest.index().segments().size(),
        violations);
  }

  private Optional<String> violation(ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    EntryState state = new SegmentEntries(storage, type).state(dataset, manifest, segment);
    if (state == EntryState.WORN || state == EntryState.AMBIGUOUS) {
      return Optional.of("it has entries of rows that it does not cover, or some twice");
    }
    Coverage live = segment.coverage().intersect(manifest.live());
    return type.isOverWords()
        ? TextRows.of(dataset, index.column(), storage, segment.uuid(), live).objection(false)
        : new ScalarEntries(dataset, index.column(), type, storage)
            .difference(segment.uuid(), live);
  }

  private Optional<String> answers(Coverage fragments) throws IOException {
    try {
      if (type.isOverWords()) {
        return new TextVerifier(index.column(), false, true, SEED).unfound(dataset, fragments);
      }
      return new ScalarVerifier(index.column(), type, SEED).difference(dataset, fragments);
    } catch (UnsearchableSegmentException e) {
      return Optional.of(e.getMessage());
    }
  }
}
