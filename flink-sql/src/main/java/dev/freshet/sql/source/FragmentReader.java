package dev.freshet.sql.source;

import dev.freshet.operators.lance.DatasetVersions;
import dev.freshet.operators.lance.TableScan;
import dev.freshet.sql.types.ArrowRowReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.table.data.RowData;

/** Reads splits one after the other, a batch at a time; on the fetcher's thread. */
final class FragmentReader implements SplitReader<RowData, FragmentSplit> {

  private static final long ARROW_BYTES = 1L << 30;

  private record Running(FragmentSplit split, TableScan scan) {}

  private final ScanSettings settings;
  private final DatasetVersions versions;
  private final Queue<FragmentSplit> waiting = new ArrayDeque<>();
  private Optional<Running> running = Optional.empty();

  FragmentReader(ScanSettings settings) {
    this.settings = settings;
    this.versions = new DatasetVersions(settings.location(), ARROW_BYTES);
  }

  @Override
  public RecordsWithSplitIds<RowData> fetch() throws IOException {
    if (running.isEmpty() && waiting.isEmpty()) {
      return new RecordsBySplits<>(Map.of(), Set.of());
    }
    if (running.isEmpty()) {
      running = Optional.of(start(waiting.remove()));
    }
    Running current = running.get();
    String id = current.split().splitId();
    if (current.scan().next()) {
      return new RecordsBySplits<>(Map.of(id, rows(current.scan())), Set.of());
    }
    stop();
    return new RecordsBySplits<>(Map.of(), Set.of(id));
  }

  private Running start(FragmentSplit split) {
    return new Running(
        split,
        new TableScan(versions.at(split.version()), split.fragment(), settings.request(split)));
  }

  private List<RowData> rows(TableScan scan) throws IOException {
    ArrowRowReader reader = new ArrowRowReader(settings.rows(), scan.batch());
    int count = scan.batch().getRowCount();
    List<RowData> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(reader.read(i));
    }
    return rows;
  }

  private void stop() throws IOException {
    if (running.isPresent()) {
      TableScan scan = running.get().scan();
      running = Optional.empty();
      scan.close();
    }
  }

  @Override
  public void handleSplitsChanges(SplitsChange<FragmentSplit> change) {
    if (!(change instanceof SplitsAddition)) {
      throw new UnsupportedOperationException("Splits are only added, not " + change);
    }
    waiting.addAll(change.splits());
  }

  @Override
  public void wakeUp() {
    // No fetch waits for anything but storage.
  }

  @Override
  public void close() throws IOException {
    try {
      stop();
    } finally {
      versions.close();
    }
  }
}
