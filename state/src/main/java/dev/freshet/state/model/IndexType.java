package dev.freshet.state.model;

import java.util.Arrays;
import java.util.Locale;

/** The vector index types of Lance that Freshet keeps fresh, and who builds their segments. */
public enum IndexType {
  IVF_FLAT(Builder.FRESHET),
  IVF_PQ(Builder.FRESHET),
  IVF_SQ(Builder.FRESHET),
  IVF_HNSW_PQ(Builder.LANCE),
  IVF_HNSW_SQ(Builder.LANCE),
  IVF_RQ(Builder.LANCE);

  /** Who builds the segments of a type. */
  public enum Builder {
    /** Assigned, encoded and written by Freshet; segments merge by concatenation. */
    FRESHET,
    /** Built by Lance over whole fragments; a larger segment is a rebuild, never a merge. */
    LANCE
  }

  private final Builder builder;

  IndexType(Builder builder) {
    this.builder = builder;
  }

  public Builder builder() {
    return builder;
  }

  /** Whether the vectors of this type are product-quantized, so that sub-vectors must be chosen. */
  public boolean productQuantized() {
    return this == IVF_PQ || this == IVF_HNSW_PQ;
  }

  /** Whether Lance carries a segment of this type over to rewritten fragments without damage. */
  public boolean survivesRemap() {
    return this != IVF_RQ;
  }

  /**
   * The type of that name, in any case.
   *
   * @throws IllegalArgumentException naming the choices, if there is none
   */
  public static IndexType parse(String name) {
    try {
      return valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Unknown index type '" + name + "': use one of " + Arrays.toString(values()), e);
    }
  }
}
