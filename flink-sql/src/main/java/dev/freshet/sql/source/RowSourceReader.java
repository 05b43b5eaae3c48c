package dev.freshet.sql.source;

import java.util.Map;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.table.data.RowData;

/** Emits the rows of the fragments that it asks for one by one. */
final class RowSourceReader
    extends SingleThreadMultiplexSourceReaderBase<RowData, RowData, FragmentSplit, SplitProgress> {

  RowSourceReader(ScanSettings settings, SourceReaderContext context) {
    super(
        () -> new FragmentReader(settings),
        (row, output, progress) -> {
          output.collect(row);
          progress.emitted();
        },
        context.getConfiguration(),
        context);
  }

  @Override
  public void start() {
    if (getNumberOfCurrentlyAssignedSplits() == 0) {
      context.sendSplitRequest();
    }
  }

  @Override
  protected void onSplitFinished(Map<String, SplitProgress> finished) {
    if (getNumberOfCurrentlyAssignedSplits() == 0) {
      context.sendSplitRequest();
    }
  }

  @Override
  protected SplitProgress initializedState(FragmentSplit split) {
    return new SplitProgress(split);
  }

  @Override
  protected FragmentSplit toSplitType(String id, SplitProgress progress) {
    return progress.toSplit();
  }
}
