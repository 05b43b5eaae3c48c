package dev.freshet.sql.search;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.functions.SpecializedFunction.SpecializedContext;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Reads query vectors of a type of numbers, each by its value. Flink takes an array of whole
 * numbers or decimals where one of floats is asked for, and does not cast it.
 */
record QueryElements(LogicalType type) implements Serializable {

  static final QueryElements FLOATS = new QueryElements(new FloatType());

  /** The arguments of a search are the number of neighbours and the vector. */
  private static final int VECTOR = 1;

  /**
   * @throws ValidationException if the type is not one that Flink casts to floats by itself
   */
  QueryElements {
    switch (type.getTypeRoot()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL, FLOAT -> {}
      default ->
          throw new ValidationException(
              "VECTOR_SEARCH is asked with an array of "
                  + type.asSummaryString()
                  + ": CAST it to ARRAY<FLOAT>");
    }
  }

  /** What a search is planned with. */
  static QueryElements of(SpecializedContext search) {
    List<DataType> arguments = search.getCallContext().getArgumentDataTypes();
    return new QueryElements(((ArrayType) arguments.get(VECTOR).getLogicalType()).getElementType());
  }

  /**
   * The elements as floats.
   *
   * @throws IllegalArgumentException if one is null
   */
  float[] read(ArrayData vector) {
    float[] elements = new float[vector.size()];
    for (int i = 0; i < elements.length; i++) {
      if (vector.isNullAt(i)) {
        throw new IllegalArgumentException("The query vector has no element " + (i + 1));
      }
      elements[i] = element(vector, i);
    }
    return elements;
  }

  private float element(ArrayData vector, int i) {
    return switch (type.getTypeRoot()) {
      case TINYINT -> vector.getByte(i);
      case SMALLINT -> vector.getShort(i);
      case INTEGER -> vector.getInt(i);
      case BIGINT -> vector.getLong(i);
      case DECIMAL -> decimal(vector, i, (DecimalType) type);
      default -> vector.getFloat(i);
    };
  }

  /** Flink casts decimals by way of double too. */
  private static float decimal(ArrayData vector, int i, DecimalType type) {
    return (float)
        vector.getDecimal(i, type.getPrecision(), type.getScale()).toBigDecimal().doubleValue();
  }
}
