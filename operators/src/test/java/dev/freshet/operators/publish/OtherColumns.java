package dev.freshet.operators.publish;

import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.TestStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;
import org.lance.WriteParams.WriteMode;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.scalar.ScalarIndexParams;
import org.lance.index.vector.VectorIndexParams;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;

/** What other writers do to further columns of a table, and plain searches of any of them. */
final class OtherColumns {

  private OtherColumns() {}

  static Field vectors(String name, int dimension) {
    return new Field(
        name,
        FieldType.nullable(new ArrowType.FixedSizeList(dimension)),
        List.of(
            Field.nullable("item", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE))));
  }

  /** A further column of vectors, one for each row of the table. */
  static void add(TestStream stream, String name, TestVectors vectors) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root =
            VectorSchemaRoot.create(
                new Schema(List.of(vectors(name, vectors.dimension()))), allocator)) {
      fill((FixedSizeListVector) root.getVector(name), vectors);
      root.setRowCount(vectors.rows());
      try (ArrowReader reader = new ArrowStreamReader(bytes(root), allocator);
          ArrowArrayStream exported = ArrowArrayStream.allocateNew(allocator);
          DatasetHandle handle = stream.dataset.open()) {
        Data.exportArrayStream(allocator, reader, exported);
        handle.dataset().addColumns(exported, Optional.empty());
      }
    }
  }

  /** Rows with values in both columns of vectors, as one fragment. */
  static void append(
      TestStream stream, long firstId, TestVectors vec, String other, TestVectors vectors)
      throws IOException {
    Schema schema =
        new Schema(
            List.of(
                Field.notNullable("id", new ArrowType.Int(64, true)),
                vectors("vec", vec.dimension()),
                vectors(other, vectors.dimension())));
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      BigIntVector ids = (BigIntVector) root.getVector("id");
      ids.allocateNew(vec.rows());
      for (int row = 0; row < vec.rows(); row++) {
        ids.set(row, firstId + row);
      }
      fill((FixedSizeListVector) root.getVector("vec"), vec);
      fill((FixedSizeListVector) root.getVector(other), vectors);
      root.setRowCount(vec.rows());
      try (ArrowReader reader = new ArrowStreamReader(bytes(root), allocator)) {
        Dataset.write()
            .allocator(allocator)
            .reader(reader)
            .uri(stream.dataset.path().toString())
            .mode(WriteMode.APPEND)
            .execute()
            .close();
      }
    }
  }

  private static void fill(FixedSizeListVector lists, TestVectors vectors) {
    lists.setInitialCapacity(vectors.rows());
    lists.allocateNew();
    for (int row = 0; row < vectors.rows(); row++) {
      lists.setNotNull(row);
    }
    Float4Vector floats = (Float4Vector) lists.getDataVector();
    for (int i = 0; i < vectors.values().length; i++) {
      floats.setSafe(i, vectors.values()[i]);
    }
    floats.setValueCount(vectors.values().length);
  }

  private static ByteArrayInputStream bytes(VectorSchemaRoot root) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
      writer.writeBatch();
    }
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  /** A whole vector index by Lance. */
  static void index(TestStream stream, String name, String column, VectorIndexParams params) {
    create(
        stream,
        name,
        column,
        IndexType.VECTOR,
        IndexParams.builder().setVectorIndexParams(params).build());
  }

  /** A B-tree by Lance. */
  static void scalarIndex(TestStream stream, String name, String column) {
    create(
        stream,
        name,
        column,
        IndexType.BTREE,
        IndexParams.builder().setScalarIndexParams(ScalarIndexParams.create("btree")).build());
  }

  private static void create(
      TestStream stream, String name, String column, IndexType type, IndexParams params) {
    try (DatasetHandle handle = stream.dataset.open()) {
      handle
          .dataset()
          .createIndex(
              IndexOptions.builder(List.of(column), type, params)
                  .replace(true)
                  .withIndexName(name)
                  .build());
    }
  }

  static void drop(TestStream stream, String name) {
    try (DatasetHandle handle = stream.dataset.open()) {
      handle.dataset().dropIndex(name);
    }
  }

  /** Name, fields, coverage of each entry. */
  static List<String> indexes(TestStream stream) {
    try (DatasetHandle handle = stream.dataset.open()) {
      return handle.dataset().getIndexes().stream()
          .map(
              index ->
                  index.name()
                      + " fields "
                      + index.fields()
                      + " type "
                      + index.indexType()
                      + " over "
                      + index.fragments()
                      + " "
                      + index.uuid())
          .toList();
    }
  }

  /** Ids, nearest first. */
  static List<Long> search(TestStream stream, String column, float[] key, int k, boolean index)
      throws Exception {
    return search(stream, column, key, k, index, org.lance.index.DistanceType.L2);
  }

  static List<Long> search(
      TestStream stream,
      String column,
      float[] key,
      int k,
      boolean index,
      org.lance.index.DistanceType metric)
      throws Exception {
    Query query =
        new Query.Builder()
            .setDistanceType(metric)
            .setColumn(column)
            .setKey(key)
            .setK(k)
            .setUseIndex(index)
            .setMinimumNprobes(1000)
            .build();
    List<Long> ids = new ArrayList<>();
    try (DatasetHandle handle = stream.dataset.open();
        BatchScan scan =
            new BatchScan(
                handle, new ScanOptions.Builder().columns(List.of("id")).nearest(query).build())) {
      while (scan.next()) {
        BigIntVector found = (BigIntVector) scan.batch().getVector("id");
        for (int row = 0; row < found.getValueCount(); row++) {
          ids.add(found.get(row));
        }
      }
    }
    return ids;
  }

  /** Share of the 10 nearest that come through the index, asked by the vectors themselves. */
  static double recall(TestStream stream, String column, TestVectors vectors, int step)
      throws Exception {
    int hits = 0;
    int asked = 0;
    for (int row = 0; row < vectors.rows(); row += step) {
      Set<Long> exact = new HashSet<>(search(stream, column, vectors.row(row), 10, false));
      asked += exact.size();
      exact.retainAll(search(stream, column, vectors.row(row), 10, true));
      hits += exact.size();
    }
    return asked == 0 ? 1 : (double) hits / asked;
  }
}
