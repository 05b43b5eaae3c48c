package dev.freshet.sql.source;

import dev.freshet.operators.lance.DatasetLocation;
import dev.freshet.operators.lance.SnapshotChoice;
import dev.freshet.operators.lance.TableScan;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.RowType;

/**
 * A scan as it is planned. Serializable only because it is shipped to the task managers.
 *
 * @param rows the columns to read
 * @param filters predicates in Lance's SQL, all of which must hold
 * @param limit most rows that are needed
 * @param options the table's
 */
record ScanSettings(
    DatasetLocation location, RowType rows, List<String> filters, long limit, Configuration options)
    implements Serializable {

  ScanSettings {
    filters = List.copyOf(filters);
    long choices =
        List.of(SourceOptions.VERSION, SourceOptions.TAG, SourceOptions.TIMESTAMP).stream()
            .filter(options::contains)
            .count();
    if (choices > 1) {
      throw new ValidationException(
          "Options scan.version, scan.tag and scan.timestamp exclude each other: give one");
    }
    if (options.get(SourceOptions.BATCH_ROWS) < 1) {
      throw new ValidationException("Option scan.batch-rows must be at least 1");
    }
    if (options.get(SourceOptions.POLL_INTERVAL).toMillis() < 1) {
      throw new ValidationException("Option scan.poll-interval must be at least 1 ms");
    }
  }

  boolean streaming() {
    return options.get(SourceOptions.MODE) == SourceOptions.Mode.STREAMING;
  }

  /** The version to read, or to begin with. */
  SnapshotChoice snapshot() {
    Optional<SnapshotChoice> version =
        options.getOptional(SourceOptions.VERSION).map(SnapshotChoice::version);
    Optional<SnapshotChoice> tag = options.getOptional(SourceOptions.TAG).map(SnapshotChoice::tag);
    Optional<SnapshotChoice> time =
        options
            .getOptional(SourceOptions.TIMESTAMP)
            .map(ScanSettings::instant)
            .map(SnapshotChoice::at);
    return version.or(() -> tag).or(() -> time).orElseGet(SnapshotChoice::latest);
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new ValidationException(
          "Option scan.timestamp is not a time such as 2026-01-31T12:00:00Z: '" + text + "'", e);
    }
  }

  Optional<String> filter() {
    return filters.isEmpty()
        ? Optional.empty()
        : Optional.of(filters.stream().collect(Collectors.joining(") AND (", "(", ")")));
  }

  /** The scan of what is left of a fragment; of rewritten rows, of which it may read others. */
  TableScan.Request request(FragmentSplit split) {
    return new TableScan.Request(
        rows.getFieldNames(),
        filter(),
        split.rewritten() ? 0 : split.rowsRead(),
        split.rewritten() ? Long.MAX_VALUE : Math.max(0, limit - split.rowsRead()),
        options.get(SourceOptions.BATCH_ROWS),
        split.rewritten());
  }
}
