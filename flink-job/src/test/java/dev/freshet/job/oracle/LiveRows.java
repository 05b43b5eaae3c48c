package dev.freshet.job.oracle;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.read.HiddenRows;
import dev.freshet.state.model.Coverage;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.lance.ipc.ScanOptions;

/**
 * All live rows of a version, in memory.
 *
 * @param rows by row id
 */
public record LiveRows(Map<Long, Row> rows) {

  /**
   * A row.
   *
   * @param fragment in which it is
   * @param vector empty if it is null or not finite, and so in no index
   */
  public record Row(long id, int fragment, Optional<float[]> vector) {}

  /** Scans a table of {@code id: int64} and a vector column. */
  public static LiveRows of(StoredTable table, String id, String column) throws IOException {
    Map<Long, Row> rows = new LinkedHashMap<>();
    ScanOptions all =
        new ScanOptions.Builder()
            .columns(List.of(id, column))
            .withRowId(true)
            .withRowAddress(true)
            .build();
    table.scan(all, batch -> add(batch, id, column, rows));
    return new LiveRows(rows);
  }

  private static void add(VectorSchemaRoot batch, String id, String column, Map<Long, Row> rows) {
    UInt8Vector rowIds = (UInt8Vector) batch.getVector("_rowid");
    UInt8Vector addresses = (UInt8Vector) batch.getVector("_rowaddr");
    BigIntVector ids = (BigIntVector) batch.getVector(id);
    FixedSizeListVector vectors = (FixedSizeListVector) batch.getVector(column);
    for (int row = 0; row < batch.getRowCount(); row++) {
      rows.put(
          rowIds.get(row),
          new Row(ids.get(row), fragment(addresses.get(row)), vector(vectors, row)));
    }
  }

  /** A value of a list of floats, unless it is null or holds what is not finite. */
  static Optional<float[]> vector(FixedSizeListVector vectors, int row) {
    if (vectors.isNull(row)) {
      return Optional.empty();
    }
    Float4Vector values = (Float4Vector) vectors.getDataVector();
    float[] vector = new float[vectors.getListSize()];
    int from = vectors.getElementStartIndex(row);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.get(from + i);
      if (!Float.isFinite(vector[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(vector);
  }

  /** The fragment of a row's address. */
  static int fragment(long address) {
    return (int) (address >>> Integer.SIZE);
  }

  /** The rows that Lance may leave out of the answers of any index. */
  Set<Row> hiddenByLance(StoredTable table) throws IOException {
    DatasetHandle handle =
        new DatasetHandle(DatasetLocation.of(table.path().toString()), table.dataset());
    Set<Row> hidden = Collections.newSetFromMap(new IdentityHashMap<>());
    HiddenRows.of(handle, Coverage.of(table.live())).forEach(id -> hidden.add(rows.get(id)));
    return hidden;
  }

  /** The rows that an index can have, of some fragments. */
  List<Row> encodable(Set<Integer> fragments) {
    return rows.values().stream()
        .filter(row -> row.vector().isPresent() && fragments.contains(row.fragment()))
        .toList();
  }
}
