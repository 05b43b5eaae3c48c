package dev.freshet.job.report;

import dev.freshet.operators.lance.DatasetHandle;
import dev.freshet.operators.lance.VectorColumn;
import dev.freshet.operators.lance.VectorScan;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.RowRange;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.quantizer.VectorBatch;
import dev.freshet.vector.quantizer.VectorPreparation;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Compares the row ids in the segments with the live rows of the fragments they cover: each live
 * row with a finite vector in exactly one segment, once. Memory: 16 bytes a row.
 */
final class RowCheck {

  private static final long BATCH_BYTES = 8L << 20;

  private final List<String> violations = new ArrayList<>();
  private long indexed;
  private int partitions;
  private boolean readable = true;

  private RowCheck() {}

  static RowCheck of(
      DatasetHandle dataset,
      VectorColumn column,
      Metric metric,
      ManifestVersion manifest,
      IndexStorage storage)
      throws IOException {
    RowCheck check = new RowCheck();
    long[] live = liveRows(dataset, column, metric, manifest);
    long[] stored = check.storedRows(manifest, storage);
    check.compare(live, stored);
    return check;
  }

  List<String> violations() {
    return violations;
  }

  /** Live rows that the segments hold. */
  long indexed() {
    return indexed;
  }

  /** Whether every segment can be read, so that Lance may be asked to. */
  boolean readable() {
    return readable;
  }

  /** The most partitions that a segment has. */
  int partitions() {
    return partitions;
  }

  /** Row ids of the covered live rows that have a vector to encode, ascending. */
  private static long[] liveRows(
      DatasetHandle dataset, VectorColumn column, Metric metric, ManifestVersion manifest)
      throws IOException {
    Coverage covered = manifest.covered();
    List<RowRange> ranges =
        manifest.fragments().stream()
            .filter(fragment -> covered.contains(fragment.id()))
            .map(Fragment::rows)
            .toList();
    LongStream.Builder rows = LongStream.builder();
    try (VectorScan scan = new VectorScan(dataset, column, ranges, BATCH_BYTES)) {
      for (Optional<VectorBatch> batch = scan.next(); batch.isPresent(); batch = scan.next()) {
        add(batch.get(), column.dimension(), metric, rows);
      }
    }
    return rows.build().sorted().toArray();
  }

  private static void add(
      VectorBatch batch, int dimension, Metric metric, LongStream.Builder rows) {
    for (int row = 0; row < batch.rows(); row++) {
      if (batch.valid().get(row)
          && VectorPreparation.isEncodable(batch.vectors(), row * dimension, dimension, metric)) {
        rows.add(batch.rowIds()[row]);
      }
    }
  }

  private long[] storedRows(ManifestVersion manifest, IndexStorage storage) throws IOException {
    LongStream.Builder rows = LongStream.builder();
    for (CommittedSegment segment : manifest.index().segments()) {
      try {
        SegmentReader reader = SegmentReader.open(storage, segment.uuid());
        partitions = Math.max(partitions, reader.model().partitions());
        reader.rowIds(rows::add);
      } catch (CorruptSegmentException | FileNotFoundException e) {
        readable = false;
        violations.add("Segment " + segment.uuid() + " cannot be read: " + e.getMessage());
      }
    }
    return rows.build().sorted().toArray();
  }

  /** Both ascending; stored rows that are not live any more are of no account. */
  private void compare(long[] live, long[] stored) {
    long missing = 0;
    long repeated = 0;
    int at = 0;
    for (long row : live) {
      while (at < stored.length && stored[at] < row) {
        at++;
      }
      int first = at;
      while (at < stored.length && stored[at] == row) {
        at++;
      }
      missing += at == first ? 1 : 0;
      repeated += Math.max(0, at - first - 1);
    }
    indexed = live.length - missing;
    if (missing > 0) {
      violations.add(missing + " live rows of covered fragments are in no segment");
    }
    if (repeated > 0) {
      violations.add(repeated + " live rows are in the segments more than once");
    }
  }
}
