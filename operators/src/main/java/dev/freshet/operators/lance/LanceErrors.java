package dev.freshet.operators.lance;

import java.util.Optional;

/**
 * Tells Lance's exceptions apart; it has no types for them, only texts. Its native methods also
 * throw IOException, which they do not declare.
 */
final class LanceErrors {

  private LanceErrors() {}

  static DatasetException notOpened(
      DatasetLocation location, Optional<Long> version, Exception cause) {
    String what =
        version
            .map(number -> "version " + number + " of the Lance dataset at " + location)
            .orElse("Lance dataset at " + location);
    return isNotFound(cause)
        ? new MissingDatasetException("No " + what, cause)
        : new DatasetException("Cannot open " + what + ": " + oneLine(cause), cause);
  }

  static boolean isNotFound(Throwable e) {
    return String.valueOf(e.getMessage()).contains("was not found");
  }

  static boolean isAlreadyThere(RuntimeException e) {
    return String.valueOf(e.getMessage()).contains("already exists") || isConflict(e);
  }

  /** Lance fails to give a compaction's transaction to Java if it carried a segment over. */
  static boolean isUnreadableRewrite(RuntimeException e) {
    return String.valueOf(e.getMessage()).contains("arguments passed to java method");
  }

  /** Whether another writer was faster: the same commit may succeed from the fresh manifest. */
  static boolean isConflict(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("Retryable commit conflict")
        || message.contains("Commit conflict for version")
        || message.contains("Too many concurrent writers");
  }

  /** The first line of Lance's message; its stack and source position follow in others. */
  static String oneLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
