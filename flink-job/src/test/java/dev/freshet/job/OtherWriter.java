package dev.freshet.job;

import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.sample.VectorTable;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.ReadOptions;
import org.lance.Transaction;
import org.lance.WriteParams;
import org.lance.cleanup.CleanupPolicy;
import org.lance.operation.Append;
import org.lance.operation.Operation;
import org.lance.operation.Overwrite;

/** What another writer may do to a dataset of {@link VectorTable}, wherever it is. */
record OtherWriter(DatasetLocation location) {

  /** Appends a fragment of rows without a vector. */
  void appendWithoutVectors(int rows) {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = open(allocator)) {
      commit(
          dataset,
          write(dataset, Optional.empty(), rows),
          fragments -> Append.builder().fragments(fragments).build());
    }
  }

  /**
   * Puts other rows in place of all there are, in one fragment; the index goes with them.
   *
   * @param vectors shape [rows][dimension]
   */
  void overwrite(float[] vectors, int rows) {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = open(allocator)) {
      commit(
          dataset,
          write(dataset, Optional.of(vectors), rows),
          fragments ->
              Overwrite.builder().fragments(fragments).schema(dataset.getSchema()).build());
    }
  }

  /** Removes all versions but the latest, and the files that only they name. */
  void forgetOldVersions() {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = open(allocator)) {
      dataset.cleanupWithPolicy(
          CleanupPolicy.builder().withBeforeVersion(dataset.version()).build());
    }
  }

  private Dataset open(BufferAllocator allocator) {
    return Dataset.open()
        .allocator(allocator)
        .uri(location.uri())
        .readOptions(new ReadOptions.Builder().setStorageOptions(location.storageOptions()).build())
        .build();
  }

  private List<FragmentMetadata> write(Dataset dataset, Optional<float[]> vectors, int rows) {
    BufferAllocator allocator = dataset.allocator();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(dataset.getSchema(), allocator)) {
      fill(root, vectors, rows);
      return Fragment.write()
          .datasetUri(location.uri())
          .allocator(allocator)
          .data(root)
          .writeParams(
              new WriteParams.Builder().withStorageOptions(location.storageOptions()).build())
          .execute();
    }
  }

  private static void fill(VectorSchemaRoot root, Optional<float[]> vectors, int rows) {
    BigIntVector ids = (BigIntVector) root.getVector(VectorTable.ID);
    FixedSizeListVector lists = (FixedSizeListVector) root.getVector(VectorTable.VECTOR);
    Float4Vector elements = (Float4Vector) lists.getDataVector();
    ids.allocateNew(rows);
    lists.setInitialCapacity(rows);
    lists.allocateNew();
    for (int row = 0; row < rows; row++) {
      ids.set(row, row);
      if (vectors.isPresent()) {
        lists.setNotNull(row);
      }
    }
    float[] values = vectors.orElseGet(() -> new float[rows * lists.getListSize()]);
    for (int i = 0; i < values.length; i++) {
      elements.setSafe(i, values[i]);
    }
    elements.setValueCount(values.length);
    root.setRowCount(rows);
  }

  private static void commit(
      Dataset dataset,
      List<FragmentMetadata> fragments,
      Function<List<FragmentMetadata>, Operation> operation) {
    try (Transaction transaction =
        new Transaction.Builder()
            .readVersion(dataset.version())
            .operation(operation.apply(fragments))
            .build()) {
      new CommitBuilder(dataset).execute(transaction).close();
    }
  }
}
