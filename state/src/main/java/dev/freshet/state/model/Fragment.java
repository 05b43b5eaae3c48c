package dev.freshet.state.model;

/**
 * Lance's unit of rows.
 *
 * <p>The id alone does not name the same rows for ever: an overwrite of the dataset counts from 0
 * again, and an update of a column in place gives a fragment other values. The fingerprint does.
 *
 * @param physicalRows rows in its files, deleted ones too
 * @param deletedRows rows that its deletion file names
 * @param fingerprint hash of the names of the data files that hold the indexed column; deletes do
 *     not change it
 */
public record Fragment(int id, long physicalRows, long deletedRows, long fingerprint) {

  public Fragment {
    if (id < 0 || physicalRows < 0 || deletedRows < 0 || deletedRows > physicalRows) {
      throw new IllegalArgumentException(
          "Fragment "
              + id
              + " cannot have "
              + deletedRows
              + " of "
              + physicalRows
              + " rows deleted");
    }
  }

  /** A fragment of a dataset whose columns are never overwritten. */
  public Fragment(int id, long physicalRows, long deletedRows) {
    this(id, physicalRows, deletedRows, 0);
  }

  public long liveRows() {
    return physicalRows - deletedRows;
  }

  /** All its live rows. */
  public RowRange rows() {
    return new RowRange(id, 0, liveRows(), liveRows(), fingerprint);
  }
}
