package dev.freshet.sql.types;

import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/** Writes arrays of floats or doubles as vectors of float32, all of one dimension. */
final class EmbeddingWriter implements ValueWriter {

  private final FixedSizeListVector vectors;
  private final Float4Vector elements;
  private final int dimension;
  private final boolean doubles;

  EmbeddingWriter(ArrayType type, FixedSizeListVector vectors) {
    this.vectors = vectors;
    this.elements = (Float4Vector) vectors.getDataVector();
    this.dimension = vectors.getListSize();
    this.doubles = type.getElementType().is(LogicalTypeRoot.DOUBLE);
  }

  @Override
  public int write(int index, Object value) {
    ArrayData array = (ArrayData) value;
    if (array.size() != dimension) {
      throw new IllegalArgumentException(
          "a vector of " + array.size() + " elements, but vector.dimension is " + dimension);
    }
    reserve(index);
    int first = index * dimension;
    for (int i = 0; i < dimension; i++) {
      if (array.isNullAt(i)) {
        throw new IllegalArgumentException("element " + i + " of the vector is null");
      }
      elements.set(first + i, doubles ? (float) array.getDouble(i) : array.getFloat(i));
    }
    vectors.setNotNull(index);
    return dimension * Float.BYTES + 1;
  }

  @Override
  public void writeNull(int index) {
    reserve(index);
    vectors.setNull(index);
  }

  private void reserve(int index) {
    while (vectors.getValueCapacity() <= index
        || elements.getValueCapacity() < (index + 1) * dimension) {
      vectors.reAlloc();
    }
  }
}
