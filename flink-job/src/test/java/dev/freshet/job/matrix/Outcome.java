package dev.freshet.job.matrix;

import java.util.List;

/**
 * What came of a cell.
 *
 * @param text why it was refused, what is wrong, or a remark
 */
record Outcome(Verdict verdict, String text) {

  enum Verdict {
    PASSED,
    /** Refused as it should be. */
    REFUSED,
    FAILED
  }

  /** Passed, or failed if anything is wrong. */
  static Outcome of(List<String> wrongs) {
    return new Outcome(
        wrongs.isEmpty() ? Verdict.PASSED : Verdict.FAILED, String.join("; ", wrongs));
  }

  /** Failed by what was thrown. */
  static Outcome of(Throwable thrown) {
    return new Outcome(Verdict.FAILED, thrown.toString().lines().findFirst().orElse(""));
  }

  static Outcome refused(String line) {
    return new Outcome(Verdict.REFUSED, line);
  }

  /** One line for the report. */
  String line() {
    return switch (verdict) {
      case PASSED -> "passed" + text;
      case REFUSED -> "refused: " + text;
      case FAILED -> "FAILED: " + text;
    };
  }
}
