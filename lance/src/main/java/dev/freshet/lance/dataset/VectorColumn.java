package dev.freshet.lance.dataset;

import java.util.Objects;

/**
 * A column of vectors.
 *
 * @param field Lance's id of the column
 * @param dimension elements of one vector
 */
public record VectorColumn(String name, int field, int dimension, Element element) {

  /** How one element of a vector is stored. */
  public enum Element {
    FLOAT16("halffloat"),
    FLOAT32("float"),
    FLOAT64("double");

    private final String logicalType;

    Element(String logicalType) {
      this.logicalType = logicalType;
    }

    /** Lance's name of the type. */
    String logicalType() {
      return logicalType;
    }
  }

  public VectorColumn {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(element, "element");
    if (dimension < 1) {
      throw new IllegalArgumentException("A vector has at least one dimension, not " + dimension);
    }
  }
}
