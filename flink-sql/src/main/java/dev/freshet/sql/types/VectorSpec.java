package dev.freshet.sql.types;

import java.io.Serializable;

/**
 * The column that holds vectors.
 *
 * @param column its name
 * @param dimension elements of one vector
 */
public record VectorSpec(String column, int dimension) implements Serializable {

  public VectorSpec {
    if (column.isBlank()) {
      throw new IllegalArgumentException("A vector column needs a name");
    }
    if (dimension < 1) {
      throw new IllegalArgumentException(
          "A vector has at least one dimension, not " + dimension + ": set vector.dimension");
    }
  }
}
