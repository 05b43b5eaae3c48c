package dev.freshet.sql.search;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.NeighbourScan;
import dev.freshet.sql.types.ArrowRowReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;

/**
 * Runs queries, several at a time if it is asked by several threads.
 *
 * <p>The score of a row is Lance's distance, so less is nearer: the squared Euclidean distance for
 * l2, 1 - cosine for cosine, 1 - dot product for dot. A lossy index without a refine factor
 * estimates that of l2 and dot from codes, if it covers all rows.
 */
final class NeighbourSearch implements AutoCloseable {

  private final SearchSettings settings;
  private final QueryElements elements;
  private final FreshSnapshot snapshot;

  NeighbourSearch(SearchSettings settings, QueryElements elements) {
    this.settings = settings;
    this.elements = elements;
    this.snapshot = new FreshSnapshot(settings);
  }

  /**
   * The nearest rows with their scores, the nearest first; none for a query without a vector.
   *
   * @param asked a row of one column, the vector
   * @throws DatasetException if the vector does not fit the column
   */
  List<RowData> nearest(int k, RowData asked) throws IOException {
    if (asked.isNullAt(0)) {
      return List.of();
    }
    float[] vector = elements.read(asked.getArray(0));
    try (FreshSnapshot.Lease lease = snapshot.lease()) {
      requireDimension(lease.handle(), vector);
      return read(lease, vector, k);
    }
  }

  private void requireDimension(DatasetHandle handle, float[] vector) {
    VectorColumn column = handle.column(settings.column());
    if (vector.length != column.dimension()) {
      throw new DatasetException(
          "The query vector has "
              + vector.length
              + " elements, but column '"
              + column.name()
              + "' of "
              + handle.location()
              + " has "
              + column.dimension());
    }
  }

  private List<RowData> read(FreshSnapshot.Lease lease, float[] vector, int k) throws IOException {
    List<RowData> rows = new ArrayList<>();
    List<String> columns = settings.rows().getFieldNames();
    try (NeighbourScan scan =
        new NeighbourScan(lease.handle(), lease.query(), columns, vector, k)) {
      while (scan.next()) {
        ArrowRowReader reader = new ArrowRowReader(settings.found(), scan.batch());
        for (int i = 0; i < scan.batch().getRowCount(); i++) {
          rows.add(scored((GenericRowData) reader.read(i), columns.size()));
        }
      }
    }
    return rows;
  }

  private static RowData scored(GenericRowData row, int score) {
    row.setField(score, ((Float) row.getField(score)).doubleValue());
    return row;
  }

  @Override
  public void close() {
    snapshot.close();
  }
}
