package dev.freshet.lance.sample;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LanceDatasets;
import dev.freshet.lance.dataset.LanceErrors;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.ReadOptions;
import org.lance.Transaction;
import org.lance.WriteParams;
import org.lance.compaction.CompactionOptions;
import org.lance.operation.Append;

/**
 * A dataset of {@code id: int64} and {@code vector: float32[dimension]} that its one writer appends
 * to: what demos and benchmarks index. Memory: one appended batch as Arrow.
 */
public final class VectorTable implements AutoCloseable {

  public static final String ID = "id";
  public static final String VECTOR = "vector";

  private static final int MAX_ATTEMPTS = 20;

  private final BufferAllocator allocator = new RootAllocator();
  private final DatasetLocation location;
  private final int dimension;
  private long nextId;

  private VectorTable(DatasetLocation location, int dimension) {
    this.location = location;
    this.dimension = dimension;
  }

  /** Creates an empty dataset at a place that needs no storage options. */
  public static VectorTable create(String uri, int dimension) {
    return create(DatasetLocation.of(uri), dimension);
  }

  /** Creates an empty dataset at a place where there is none. */
  public static VectorTable create(DatasetLocation location, int dimension) {
    VectorTable table = new VectorTable(location, dimension);
    Dataset.write()
        .allocator(table.allocator)
        .uri(location.uri())
        .storageOptions(location.storageOptions())
        .schema(schema(dimension))
        .mode(WriteParams.WriteMode.CREATE)
        .execute()
        .close();
    return table;
  }

  /**
   * Opens a dataset that was created here; ids go on from its number of rows.
   *
   * @throws DatasetException if it has other columns
   */
  public static VectorTable open(DatasetLocation location) {
    try (LanceDatasets datasets = new LanceDatasets(Long.MAX_VALUE);
        DatasetHandle dataset = datasets.open(location)) {
      VectorTable table = new VectorTable(location, dataset.column(VECTOR).dimension());
      if (!dataset.dataset().getSchema().equals(schema(table.dimension))) {
        throw new DatasetException(
            location + " was not made by generate or demo: it has other columns");
      }
      table.nextId = dataset.dataset().countRows();
      return table;
    }
  }

  public int dimension() {
    return dimension;
  }

  private static Schema schema(int dimension) {
    Field element =
        new Field(
            "item",
            FieldType.nullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
            List.of());
    return new Schema(
        List.of(
            new Field(ID, FieldType.notNullable(new ArrowType.Int(64, true)), List.of()),
            new Field(
                VECTOR,
                FieldType.nullable(new ArrowType.FixedSizeList(dimension)),
                List.of(element))));
  }

  /**
   * Appends rows as one fragment in one version; ids go on from the last.
   *
   * @param vectors shape [rows][dimension]
   * @return the version
   */
  public long append(float[] vectors, int rows) {
    return append(vectors, rows, Math.max(1, rows));
  }

  /**
   * Appends rows in one version; ids go on from the last.
   *
   * @param vectors shape [rows][dimension]
   * @param fragmentRows most rows of one fragment
   * @return the version
   */
  public long append(float[] vectors, int rows, int fragmentRows) {
    List<FragmentMetadata> fragments;
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema(dimension), allocator)) {
      fill(root, vectors, rows);
      fragments =
          Fragment.write()
              .datasetUri(location.uri())
              .allocator(allocator)
              .data(root)
              .writeParams(
                  new WriteParams.Builder()
                      .withStorageOptions(location.storageOptions())
                      .withMaxRowsPerFile(fragmentRows)
                      .build())
              .execute();
    }
    nextId += rows;
    try (Dataset dataset = open();
        Transaction append =
            new Transaction.Builder()
                .readVersion(dataset.version())
                .operation(Append.builder().fragments(fragments).build())
                .build();
        Dataset appended = new CommitBuilder(dataset).execute(append)) {
      return appended.version();
    }
  }

  private void fill(VectorSchemaRoot root, float[] vectors, int rows) {
    BigIntVector ids = (BigIntVector) root.getVector(ID);
    FixedSizeListVector lists = (FixedSizeListVector) root.getVector(VECTOR);
    Float4Vector values = (Float4Vector) lists.getDataVector();
    ids.allocateNew(rows);
    lists.setInitialCapacity(rows);
    lists.allocateNew();
    values.allocateNew(rows * dimension);
    for (int row = 0; row < rows; row++) {
      ids.set(row, nextId + row);
      lists.setNotNull(row);
    }
    for (int i = 0; i < rows * dimension; i++) {
      values.set(i, vectors[i]);
    }
    values.setValueCount(rows * dimension);
    lists.setValueCount(rows);
    root.setRowCount(rows);
  }

  /** Deletes rows by a SQL predicate. */
  public void delete(String predicate) {
    retry(dataset -> dataset.delete(predicate));
  }

  /** Compacts like another writer would, beside a running stream. */
  public void compact(long targetRows) {
    CompactionOptions options =
        CompactionOptions.builder().withTargetRowsPerFragment(targetRows).build();
    retry(dataset -> dataset.compact(options));
  }

  /** As any writer must: another one, the stream among them, may be faster. */
  private void retry(Consumer<Dataset> change) {
    for (int attempt = 1; ; attempt++) {
      try (Dataset dataset = open()) {
        change.accept(dataset);
        return;
      } catch (RuntimeException e) {
        if (attempt == MAX_ATTEMPTS || !LanceErrors.isConflict(e)) {
          throw e;
        }
      }
    }
  }

  private Dataset open() {
    return Dataset.open()
        .allocator(allocator)
        .uri(location.uri())
        .readOptions(new ReadOptions.Builder().setStorageOptions(location.storageOptions()).build())
        .build();
  }

  /** Rows appended so far, deleted ones too. */
  public long appendedRows() {
    return nextId;
  }

  @Override
  public void close() {
    allocator.close();
  }
}
