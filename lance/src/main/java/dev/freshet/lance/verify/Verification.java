package dev.freshet.lance.verify;

/**
 * How a segment did.
 *
 * @param checked sampled rows that were searched for
 * @param failed those that the segment did not find
 */
public record Verification(int checked, int failed) {

  public Verification {
    if (failed < 0 || failed > checked) {
      throw new IllegalArgumentException(failed + " failures of " + checked + " checks");
    }
  }

  /**
   * Whether no more than the given share failed.
   *
   * @param allowed from 0 to 1
   */
  public boolean passes(double allowed) {
    return failed <= allowed * checked;
  }
}
