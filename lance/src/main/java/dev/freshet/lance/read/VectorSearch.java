package dev.freshet.lance.read;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.lance.index.DistanceType;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;

/** Asks Lance for the nearest neighbours of a vector, as any reader would. */
public final class VectorSearch {

  /**
   * How thoroughly an index is searched.
   *
   * @param probes partitions of each segment to look into
   * @param refine candidates for each neighbour that are compared exactly; 1 compares codes only
   */
  public record Effort(int probes, int refine) {
    public Effort {
      if (probes < 1 || refine < 1) {
        throw new IllegalArgumentException(
            "A search has at least 1 probe and a refine factor of 1: " + probes + ", " + refine);
      }
    }
  }

  private final DatasetHandle handle;
  private final VectorColumn column;
  private final Metric metric;

  public VectorSearch(DatasetHandle handle, VectorColumn column, Metric metric) {
    this.handle = handle;
    this.column = column;
    this.metric = metric;
  }

  /** Row ids of the k nearest by brute force, the nearest first. */
  public List<Long> exact(float[] vector, int k) throws IOException {
    return run(query(vector, k).setUseIndex(false).build());
  }

  /**
   * Row ids of the k nearest by the index, the nearest first; what it does not cover is compared by
   * brute force.
   *
   * @param effort how thoroughly to search
   */
  public List<Long> indexed(float[] vector, int k, Effort effort) throws IOException {
    Query.Builder query = query(vector, k).setUseIndex(true).setNprobes(effort.probes());
    if (effort.refine() > 1) {
      query.setRefineFactor(effort.refine());
    }
    return run(query.build());
  }

  /**
   * Feeds the row ids of the {@code k} nearest by the index as they come.
   *
   * @param probes partitions of each segment to look into
   * @param among fragments to search; only the segments that cover them are asked then, so they
   *     should be covered. All fragments if empty, and what is not covered by brute force
   */
  public void forEach(
      float[] vector, int k, int probes, Optional<Coverage> among, LongConsumer rows)
      throws IOException {
    Query query = query(vector, k).setUseIndex(true).setNprobes(probes).setEf(k).build();
    ScanOptions.Builder options = options(query);
    among.ifPresent(fragments -> options.fragmentIds(fragments.toList()).prefilter(true));
    run(options.build(), rows);
  }

  private Query.Builder query(float[] vector, int k) {
    DistanceType distance =
        switch (metric) {
          case L2 -> DistanceType.L2;
          case COSINE -> DistanceType.Cosine;
          case DOT -> DistanceType.Dot;
        };
    return new Query.Builder()
        .setColumn(column.name())
        .setKey(vector)
        .setK(k)
        .setDistanceType(distance);
  }

  private List<Long> run(Query query) throws IOException {
    List<Long> rows = new ArrayList<>();
    run(options(query).build(), rows::add);
    return rows;
  }

  private static ScanOptions.Builder options(Query query) {
    return new ScanOptions.Builder().nearest(query).columns(List.of("_distance")).withRowId(true);
  }

  private void run(ScanOptions options, LongConsumer rows) throws IOException {
    try (BatchScan scan = new BatchScan(handle, options)) {
      while (scan.next()) {
        VectorSchemaRoot root = scan.batch();
        UInt8Vector rowIds = (UInt8Vector) root.getVector("_rowid");
        for (int row = 0; row < root.getRowCount(); row++) {
          rows.accept(rowIds.get(row));
        }
      }
    }
  }
}
