package dev.freshet.sql.table;

import dev.freshet.lance.manifest.SnapshotChoice;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;

/** Which version of its dataset a table's options choose. */
public final class SnapshotOptions {

  private SnapshotOptions() {}

  /**
   * The version to read, or to begin a stream with; empty if the latest one is meant.
   *
   * @throws ValidationException if the options name several, or what is no time
   */
  public static Optional<SnapshotChoice> chosen(Configuration options) {
    requireOne(options);
    Optional<SnapshotChoice> version =
        options.getOptional(SourceOptions.VERSION).map(SnapshotChoice::version);
    Optional<SnapshotChoice> tag = options.getOptional(SourceOptions.TAG).map(SnapshotChoice::tag);
    Optional<SnapshotChoice> time =
        options
            .getOptional(SourceOptions.TIMESTAMP)
            .map(SnapshotOptions::instant)
            .map(SnapshotChoice::at);
    return version.or(() -> tag).or(() -> time);
  }

  private static void requireOne(Configuration options) {
    long choices =
        List.of(SourceOptions.VERSION, SourceOptions.TAG, SourceOptions.TIMESTAMP).stream()
            .filter(options::contains)
            .count();
    if (choices > 1) {
      throw new ValidationException(
          "Options scan.version, scan.tag and scan.timestamp exclude each other: give one");
    }
  }

  /**
   * The version that a search reads: the chosen one, or the latest if that is where a stream
   * begins.
   */
  public static Optional<SnapshotChoice> searched(Configuration options) {
    return options.get(SourceOptions.MODE) == SourceOptions.Mode.STREAMING
        ? Optional.empty()
        : chosen(options);
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new ValidationException(
          "Option scan.timestamp is not a time such as 2026-01-31T12:00:00Z: '" + text + "'", e);
    }
  }
}
