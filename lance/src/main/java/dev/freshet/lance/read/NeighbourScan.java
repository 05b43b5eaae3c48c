package dev.freshet.lance.read;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.lance.index.DistanceType;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;

/**
 * The rows nearest to a vector as Arrow batches, the nearest first, with their distances in {@value
 * #DISTANCE}, a float32: the squared Euclidean distance, 1 - cosine, or 1 - dot product.
 */
public final class NeighbourScan implements AutoCloseable {

  public static final String DISTANCE = "_distance";

  private final BatchScan scan;

  /**
   * @param handle it must outlive the scan
   * @param columns to read beside the distance
   * @param vector of the column's dimension
   * @throws DatasetException if the query does not fit the dataset
   */
  public NeighbourScan(
      DatasetHandle handle, VectorQuery query, List<String> columns, float[] vector, int k) {
    List<String> read = new ArrayList<>(columns);
    read.add(DISTANCE);
    ScanOptions.Builder options =
        new ScanOptions.Builder().nearest(nearest(query, vector, k)).columns(read);
    query.prefilter().ifPresent(predicate -> options.filter(predicate).prefilter(true));
    try {
      this.scan = new BatchScan(handle, options.build());
    } catch (RuntimeException e) {
      throw new DatasetException("Cannot search " + handle + ": " + LanceErrors.oneLine(e), e);
    }
  }

  private static Query nearest(VectorQuery query, float[] vector, int k) {
    Query.Builder nearest =
        new Query.Builder()
            .setColumn(query.column())
            .setKey(vector)
            .setK(k)
            .setUseIndex(!query.exact());
    query.metric().map(NeighbourScan::distance).ifPresent(nearest::setDistanceType);
    query.probes().ifPresent(nearest::setNprobes);
    query.refine().ifPresent(nearest::setRefineFactor);
    query.candidates().ifPresent(nearest::setEf);
    return nearest.build();
  }

  private static DistanceType distance(Metric metric) {
    return switch (metric) {
      case L2 -> DistanceType.L2;
      case COSINE -> DistanceType.Cosine;
      case DOT -> DistanceType.Dot;
    };
  }

  /** Whether there is another batch; it replaces the one before. */
  public boolean next() throws IOException {
    return scan.next();
  }

  /** The batch that {@link #next} read. */
  public VectorSchemaRoot batch() throws IOException {
    return scan.batch();
  }

  @Override
  public void close() throws IOException {
    scan.close();
  }
}
