package dev.freshet.lance.read;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.state.model.Coverage;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;
import org.lance.ipc.ScanStats;

/**
 * Nearest-neighbour queries that one segment must answer.
 *
 * <p>The scan is restricted to the fragments of the segment, with a prefilter: Lance then searches
 * exactly the segments that cover them. Without the prefilter it would fall back, unasked, to a
 * flat search of the fragments. The counters of the scan prove which way it went.
 */
public final class ForcedQuery {

  private static final String DISTANCE = "_distance";

  private final DatasetHandle handle;
  private final VectorColumn column;
  private final List<Integer> fragments;

  public ForcedQuery(DatasetHandle handle, VectorColumn column, Coverage coverage) {
    this.handle = handle;
    this.column = column;
    this.fragments = coverage.toList();
  }

  /**
   * The nearest rows by their codes.
   *
   * @param rowIds nearest first
   * @param distances between the query and the codes, ascending
   * @param compared codes that Lance looked at
   */
  @SuppressWarnings("ArrayRecordComponent") // a result, never compared
  public record Neighbours(long[] rowIds, float[] distances, long compared) {}

  /** Searches the one partition that is nearest to the query. */
  public Neighbours neighbours(float[] query, int k) throws IOException {
    try (BatchScan scan = scan(query, k, List.of(DISTANCE))) {
      long[] rowIds = new long[k];
      float[] distances = new float[k];
      int rows = 0;
      while (scan.next()) {
        VectorSchemaRoot batch = scan.batch();
        UInt8Vector ids = (UInt8Vector) batch.getVector("_rowid");
        Float4Vector values = (Float4Vector) batch.getVector(DISTANCE);
        for (int i = 0; i < batch.getRowCount(); i++) {
          rowIds[rows] = ids.get(i);
          distances[rows++] = values.get(i);
        }
      }
      long compared = comparisons(scan);
      return new Neighbours(Arrays.copyOf(rowIds, rows), Arrays.copyOf(distances, rows), compared);
    }
  }

  /** The same rows with their vectors. */
  public List<VectorBatch> rows(float[] query, int k) throws IOException {
    List<VectorBatch> rows = new ArrayList<>();
    try (BatchScan scan = scan(query, k, List.of(column.name(), DISTANCE))) {
      while (scan.next()) {
        rows.add(VectorDecoder.decode(scan.batch(), column));
      }
      comparisons(scan);
    }
    return rows;
  }

  /** Vectors of the same rows, [rows][dimension]. */
  public float[] vectors(float[] query, int k) throws IOException {
    float[] vectors = new float[k * column.dimension()];
    int at = 0;
    try (BatchScan scan = scan(query, k, List.of(column.name(), DISTANCE))) {
      while (scan.next()) {
        float[] batch = VectorDecoder.decode(scan.batch(), column).vectors();
        System.arraycopy(batch, 0, vectors, at, batch.length);
        at += batch.length;
      }
      return Arrays.copyOf(vectors, at);
    }
  }

  private BatchScan scan(float[] query, int k, List<String> output) {
    Query nearest =
        new Query.Builder()
            .setColumn(column.name())
            .setKey(query)
            .setK(k)
            .setNprobes(1)
            .setUseIndex(true)
            .build();
    ScanOptions options =
        new ScanOptions.Builder()
            .nearest(nearest)
            .fragmentIds(fragments)
            .prefilter(true)
            .columns(output)
            .withRowId(true)
            .collectStats(true)
            .build();
    return new BatchScan(handle, options);
  }

  /** Also makes sure that one segment answered. */
  private long comparisons(BatchScan scan) {
    ScanStats stats = scan.counters();
    long segments = stats.getAllCounts().getOrDefault("deltas_searched", 0L);
    if (segments != 1) {
      throw new IllegalStateException(
          "A query of column '"
              + column.name()
              + "' of "
              + handle
              + " searched "
              + segments
              + " segments, not the one of fragments "
              + Coverage.of(fragments));
    }
    return stats.getIndexComparisons();
  }
}
