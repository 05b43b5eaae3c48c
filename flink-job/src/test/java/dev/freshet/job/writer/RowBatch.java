package dev.freshet.job.writer;

import dev.freshet.lance.sample.VectorTable;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Rows of a table of {@code id: int64} and {@code vector: float32[dimension]}, as Arrow. */
final class RowBatch {

  private RowBatch() {}

  /** The schema of such a table. */
  static Schema schema(int dimension) {
    Field element =
        Field.nullable("item", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
    return new Schema(
        List.of(
            Field.notNullable(VectorTable.ID, new ArrowType.Int(64, true)),
            new Field(
                VectorTable.VECTOR,
                FieldType.nullable(new ArrowType.FixedSizeList(dimension)),
                List.of(element))));
  }

  /**
   * A batch; the caller closes it.
   *
   * @param vectors shape [ids][dimension]
   */
  static VectorSchemaRoot of(
      BufferAllocator allocator, Schema schema, List<Integer> ids, float[] vectors) {
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    BigIntVector first = (BigIntVector) root.getVector(VectorTable.ID);
    FixedSizeListVector lists = (FixedSizeListVector) root.getVector(VectorTable.VECTOR);
    Float4Vector values = (Float4Vector) lists.getDataVector();
    first.allocateNew(ids.size());
    lists.setInitialCapacity(ids.size());
    lists.allocateNew();
    values.allocateNew(vectors.length);
    for (int row = 0; row < ids.size(); row++) {
      first.set(row, ids.get(row));
      lists.setNotNull(row);
    }
    for (int i = 0; i < vectors.length; i++) {
      values.set(i, vectors[i]);
    }
    values.setValueCount(vectors.length);
    lists.setValueCount(ids.size());
    root.setRowCount(ids.size());
    return root;
  }
}
