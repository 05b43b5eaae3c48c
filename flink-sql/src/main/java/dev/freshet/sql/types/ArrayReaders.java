package dev.freshet.sql.types;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.types.logical.LogicalType;

/** Chooses the reader of a column of arrays. */
final class ArrayReaders {

  private ArrayReaders() {}

  static ValueReader of(LogicalType elementType, FieldVector vector) {
    if (vector instanceof FixedSizeListVector vectors
        && vectors.getDataVector() instanceof Float4Vector elements) {
      return embeddings(vectors, elements);
    }
    BaseListVector lists = (BaseListVector) vector;
    ValueReader elements = ValueReaders.of(elementType, elements(vector));
    return ValueReaders.scalar(
        vector,
        index -> {
          int first = lists.getElementStartIndex(index);
          Object[] values = new Object[lists.getElementEndIndex(index) - first];
          for (int i = 0; i < values.length; i++) {
            values[i] = elements.read(first + i);
          }
          return new GenericArrayData(values);
        });
  }

  private static FieldVector elements(FieldVector vector) {
    if (vector instanceof FixedSizeListVector lists) {
      return lists.getDataVector();
    }
    return vector instanceof LargeListVector large
        ? large.getDataVector()
        : ((ListVector) vector).getDataVector();
  }

  /** Without a box for each element; a null element reads as NaN. */
  private static ValueReader embeddings(FixedSizeListVector vectors, Float4Vector elements) {
    int dimension = vectors.getListSize();
    return ValueReaders.scalar(
        vectors,
        index -> {
          float[] values = new float[dimension];
          for (int i = 0; i < dimension; i++) {
            int element = index * dimension + i;
            values[i] = elements.isNull(element) ? Float.NaN : elements.get(element);
          }
          return new GenericArrayData(values);
        });
  }
}
