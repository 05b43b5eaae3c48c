package dev.freshet.sql.source;

import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.manifest.SnapshotChoice;
import dev.freshet.lance.read.TableScan;
import dev.freshet.sql.table.SnapshotOptions;
import dev.freshet.sql.table.SourceOptions;
import java.io.Serializable;
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
    SnapshotOptions.chosen(options);
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
    return SnapshotOptions.chosen(options).orElseGet(SnapshotChoice::latest);
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
