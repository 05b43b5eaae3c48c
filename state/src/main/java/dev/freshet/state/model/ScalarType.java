package dev.freshet.state.model;

/**
 * The index types of Lance over the values of a column, for filters. They need no model, and Lance
 * builds their segments.
 */
public enum ScalarType implements IndexKind {
  /** Sorted values, for comparisons and ranges. */
  BTREE(0);

  private final int indexVersion;

  ScalarType(int indexVersion) {
    this.indexVersion = indexVersion;
  }

  @Override
  public Builder builder() {
    return Builder.LANCE;
  }

  @Override
  public boolean survivesRemap() {
    return true;
  }

  /** A build has no luck in it: what fails twice is not mended by a third. */
  @Override
  public int rebuilds() {
    return 1;
  }

  @Override
  public int indexVersion() {
    return indexVersion;
  }
}
