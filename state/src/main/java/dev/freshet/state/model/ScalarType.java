package dev.freshet.state.model;

/**
 * The index types of Lance over the values of a column, for filters and for words in texts. They
 * need no model, and Lance builds their segments.
 */
public enum ScalarType implements IndexKind {
  /** Sorted values, for comparisons and ranges. */
  BTREE("BTree", 0, true),
  /** The rows of each value, for columns of few values. */
  BITMAP("Bitmap", 0, true),
  /** The rows of each element of lists. */
  LABEL_LIST("LabelList", 1, false),
  /** The rows of each word of texts. */
  INVERTED("Inverted", 2, true);

  private final String lanceName;
  private final int indexVersion;
  private final boolean entryPerRow;

  ScalarType(String lanceName, int indexVersion, boolean entryPerRow) {
    this.lanceName = lanceName;
    this.indexVersion = indexVersion;
    this.entryPerRow = entryPerRow;
  }

  /** Lance's name of the type, in any case. */
  public String lanceName() {
    return lanceName;
  }

  /** Whether a row has exactly one entry, so that of two one is wrong. */
  public boolean hasEntryPerRow() {
    return entryPerRow;
  }

  /** Whether there is an entry for each row, also for one whose value is null. */
  public boolean hasEntryForNull() {
    return this == BTREE || this == BITMAP;
  }

  /**
   * Whether an index must have one segment only: Lance 7.0.0 answers a search with a filter from
   * one segment of INVERTED, whatever the others have.
   */
  public boolean isOneSegment() {
    return this == INVERTED;
  }

  /** Whether the indexed values are the elements of lists. */
  public boolean isOverLists() {
    return this == LABEL_LIST;
  }

  /** Whether the indexed values are what Lance makes of the words of texts. */
  public boolean isOverWords() {
    return this == INVERTED;
  }

  /**
   * Whether Lance builds it over some fragments of a dataset; if not, over all at once only.
   * INVERTED it can build so, but not if the texts of these are all null.
   */
  public boolean isBuiltOverFragments() {
    return this == BTREE || this == BITMAP;
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
