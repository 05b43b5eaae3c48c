package dev.freshet.sql.source;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.manifest.DatasetVersions;
import java.io.IOException;
import java.util.ArrayDeque;
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

  private final ScanSettings settings;
  private final DatasetVersions versions;
  private final Queue<FragmentSplit> waiting = new ArrayDeque<>();
  private Optional<SplitScan> running = Optional.empty();

  FragmentReader(ScanSettings settings) {
    this.settings = settings;
    this.versions = new DatasetVersions(settings.location(), ArrowBudget.SAMPLE);
  }

  @Override
  public RecordsWithSplitIds<RowData> fetch() throws IOException {
    if (running.isEmpty() && waiting.isEmpty()) {
      return new RecordsBySplits<>(Map.of(), Set.of());
    }
    if (running.isEmpty()) {
      running = Optional.of(new SplitScan(waiting.remove(), settings, versions));
    }
    SplitScan current = running.get();
    if (current.next()) {
      return new RecordsBySplits<>(Map.of(current.id(), current.rows()), Set.of());
    }
    stop();
    return new RecordsBySplits<>(Map.of(), Set.of(current.id()));
  }

  private void stop() throws IOException {
    if (running.isPresent()) {
      SplitScan scan = running.get();
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
