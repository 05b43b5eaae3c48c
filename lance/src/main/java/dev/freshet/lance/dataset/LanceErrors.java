package dev.freshet.lance.dataset;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells Lance's exceptions apart; it has no types for them, only texts. Its native methods also
 * throw IOException, which they do not declare.
 */
public final class LanceErrors {

  private static final Pattern STORE_CODE = Pattern.compile("<Code>(\\w{1,64})</Code>");

  private LanceErrors() {}

  public static DatasetException notOpened(
      DatasetLocation location, Optional<Long> version, Exception cause) {
    String what =
        version
            .map(number -> "version " + number + " of the Lance dataset at " + location)
            .orElse("Lance dataset at " + location);
    if (isNotFound(cause)) {
      String hint =
          version.isPresent()
              ? ": it may have been cleaned up"
              : ": check the URI, or create one there first";
      return new MissingDatasetException("No " + what + hint, cause);
    }
    return new DatasetException("Cannot open " + what + ": " + reason(cause), cause);
  }

  private static String reason(Exception cause) {
    return isDenied(cause)
        ? "access is denied"
            + code(cause).map(code -> " (" + code + ")").orElse("")
            + ", check the keys (s3.access-key and s3.secret-key, or those of the environment or"
            + " the profile) and what they may do"
        : oneLine(cause);
  }

  /** A query that failed after its rows had been read: the segment is to blame, or the store. */
  public static IOException unsearchable(Exception cause) {
    return isDenied(cause)
        ? new IOException("Access is denied while a segment is verified", cause)
        : new UnsearchableSegmentException(
            "Lance cannot search the segment: " + oneLine(cause), cause);
  }

  /** Whether an object store did not let this process in. */
  public static boolean isDenied(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("403 Forbidden")
        || message.contains("401 Unauthorized")
        || message.contains("lacked the necessary privileges")
        || message.contains("lacked valid authentication credentials");
  }

  /** What an object store calls the failure. */
  private static Optional<String> code(Exception cause) {
    Matcher code = STORE_CODE.matcher(String.valueOf(cause.getMessage()));
    return code.find() ? Optional.of(code.group(1)) : Optional.empty();
  }

  public static boolean isNotFound(Throwable e) {
    return e instanceof FileNotFoundException
        || String.valueOf(e.getMessage()).contains("was not found");
  }

  public static boolean isAlreadyThere(RuntimeException e) {
    return String.valueOf(e.getMessage()).contains("already exists") || isConflict(e);
  }

  /** Whether another writer was faster: the same commit may succeed from the fresh manifest. */
  public static boolean isConflict(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("Retryable commit conflict")
        || message.contains("Commit conflict for version")
        || message.contains("Too many concurrent writers");
  }

  /** The first line of Lance's message; its stack and source position follow in others. */
  public static String oneLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
