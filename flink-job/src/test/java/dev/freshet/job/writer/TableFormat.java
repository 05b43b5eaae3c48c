package dev.freshet.job.writer;

import java.util.Objects;

/**
 * How a table is stored.
 *
 * @param storage the version of Lance's file format
 * @param stableRowIds whether a row keeps its id when it moves to another fragment
 */
public record TableFormat(String storage, boolean stableRowIds) {

  /** As LanceDB makes tables by itself since long. */
  public static final TableFormat PLAIN = new TableFormat("2.1", false);

  public TableFormat {
    Objects.requireNonNull(storage);
  }

  @Override
  public String toString() {
    return storage + (stableRowIds ? " with stable row ids" : "");
  }
}
