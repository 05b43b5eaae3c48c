package dev.freshet.sql;

import org.apache.flink.table.functions.ScalarFunction;

/** Gives its argument back, a few at a time, so that a job can fail between them. */
public final class PacedId extends ScalarFunction {

  private static final long serialVersionUID = 1L;
  private static final int BURST = 20;

  private int given;

  public Long eval(Long id) throws InterruptedException {
    given++;
    if (given % BURST == 0) {
      Thread.sleep(5);
    }
    return id;
  }
}
