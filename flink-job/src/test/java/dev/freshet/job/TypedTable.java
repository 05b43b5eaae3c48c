package dev.freshet.job;

import dev.freshet.lance.dataset.VectorColumn.Element;
import dev.freshet.lance.sample.VectorTable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;

/**
 * A dataset as {@link VectorTable} makes one, of any element type, with rows that are no vector.
 */
final class TypedTable {

  /** Of so many rows one has no vector, and another a NaN in it. */
  static final int BAD_EVERY = 100;

  private TypedTable() {}

  /**
   * Creates a dataset.
   *
   * @param vectors shape [rows][dimension]; ids count from 0
   */
  static void create(
      Path path,
      Element element,
      boolean stableRowIds,
      float[] vectors,
      int dimension,
      int fragment)
      throws IOException {
    create(path, element, stableRowIds, "2.1", vectors, dimension, fragment);
  }

  /** The same, its files in another format than 2.1. */
  static void create(
      Path path,
      Element element,
      boolean stableRowIds,
      String storageVersion,
      float[] vectors,
      int dimension,
      int fragment)
      throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        ArrowStreamReader reader =
            new ArrowStreamReader(
                new ByteArrayInputStream(stream(allocator, element, vectors, dimension)),
                allocator)) {
      Dataset.write()
          .allocator(allocator)
          .reader(reader)
          .uri(path.toString())
          .maxRowsPerFile(fragment)
          .enableStableRowIds(stableRowIds)
          .dataStorageVersion(storageVersion)
          .execute()
          .close();
    }
  }

  static void delete(Path path, String predicate) {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = Dataset.open().allocator(allocator).uri(path.toString()).build()) {
      dataset.delete(predicate);
    }
  }

  private static byte[] stream(
      BufferAllocator allocator, Element element, float[] vectors, int dimension)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema(element, dimension), allocator);
        ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
      int rows = vectors.length / dimension;
      BigIntVector ids = (BigIntVector) root.getVector(VectorTable.ID);
      FixedSizeListVector lists = (FixedSizeListVector) root.getVector(VectorTable.VECTOR);
      ids.allocateNew(rows);
      lists.setInitialCapacity(rows);
      lists.allocateNew();
      for (int row = 0; row < rows; row++) {
        ids.set(row, row);
        if (row % BAD_EVERY != 0) {
          lists.setNotNull(row);
        }
      }
      for (int i = 0; i < vectors.length; i++) {
        set(lists.getDataVector(), i, i / dimension % BAD_EVERY == 1 ? Float.NaN : vectors[i]);
      }
      lists.getDataVector().setValueCount(vectors.length);
      root.setRowCount(rows);
      writer.writeBatch();
    }
    return bytes.toByteArray();
  }

  private static Schema schema(Element element, int dimension) {
    FloatingPointPrecision precision =
        switch (element) {
          case FLOAT16 -> FloatingPointPrecision.HALF;
          case FLOAT32 -> FloatingPointPrecision.SINGLE;
          case FLOAT64 -> FloatingPointPrecision.DOUBLE;
        };
    Field item = Field.nullable("item", new ArrowType.FloatingPoint(precision));
    ArrowType list = new ArrowType.FixedSizeList(dimension);
    return new Schema(
        List.of(
            Field.notNullable(VectorTable.ID, new ArrowType.Int(64, true)),
            new Field(VectorTable.VECTOR, FieldType.nullable(list), List.of(item))));
  }

  private static void set(FieldVector elements, int at, float value) {
    if (elements instanceof Float4Vector floats) {
      floats.setSafe(at, value);
    } else if (elements instanceof Float8Vector doubles) {
      doubles.setSafe(at, value);
    } else {
      ((Float2Vector) elements).setSafeWithPossibleTruncate(at, value);
    }
  }
}
