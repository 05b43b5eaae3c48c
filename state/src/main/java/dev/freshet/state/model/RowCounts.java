package dev.freshet.state.model;

/**
 * What became of scanned rows.
 *
 * @param encoded rows that got a code
 * @param nulls rows skipped because their vector is null
 * @param nonFinite rows skipped because their vector has a NaN or an infinity
 */
public record RowCounts(long encoded, long nulls, long nonFinite) {

  public static final RowCounts ZERO = new RowCounts(0, 0, 0);

  public RowCounts {
    if (encoded < 0 || nulls < 0 || nonFinite < 0) {
      throw new IllegalArgumentException("Row counts are not negative");
    }
  }

  public RowCounts plus(RowCounts other) {
    return new RowCounts(encoded + other.encoded, nulls + other.nulls, nonFinite + other.nonFinite);
  }

  public long skipped() {
    return nulls + nonFinite;
  }
}
