package dev.freshet.lance.write;

/**
 * When a writer begins another fragment.
 *
 * @param maxRows rows of a fragment
 * @param maxBytes bytes of a data file; more by what Lance holds back, up to 8 MiB a column and a
 *     batch
 */
public record FragmentSizing(long maxRows, long maxBytes) {

  public FragmentSizing {
    if (maxRows < 1 || maxRows > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "A fragment has from 1 to " + Integer.MAX_VALUE + " rows, not " + maxRows);
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException("A data file has at least 1 byte, not " + maxBytes);
    }
  }
}
