package dev.freshet.state.model;

/**
 * Neighbouring live rows of one fragment, at the manifest version that names the range.
 *
 * @param offset first row, counted among the live rows
 * @param rows number of rows; 0 only for a fragment without live rows
 * @param fragmentRows live rows of the whole fragment
 * @param fingerprint the fragment's, see {@link Fragment#fingerprint}
 */
public record RowRange(int fragment, long offset, long rows, long fragmentRows, long fingerprint) {

  public RowRange {
    if (fragment < 0 || offset < 0 || rows < 0 || offset + rows > fragmentRows) {
      throw new IllegalArgumentException(
          "Rows "
              + offset
              + " to "
              + (offset + rows)
              + " are not in fragment "
              + fragment
              + " of "
              + fragmentRows
              + " rows");
    }
    if (rows == 0 && fragmentRows > 0) {
      throw new IllegalArgumentException("An empty range of fragment " + fragment);
    }
  }

  /** A range of a dataset whose columns are never overwritten. */
  public RowRange(int fragment, long offset, long rows, long fragmentRows) {
    this(fragment, offset, rows, fragmentRows, 0);
  }

  /**
   * Some rows of this range.
   *
   * @param from first row, counted from this range's first
   */
  public RowRange slice(long from, long count) {
    return new RowRange(fragment, offset + from, count, fragmentRows, fingerprint);
  }
}
