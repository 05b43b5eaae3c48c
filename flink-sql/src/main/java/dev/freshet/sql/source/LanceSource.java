package dev.freshet.sql.source;

import dev.freshet.operators.discover.ResumingReader;
import dev.freshet.operators.wire.FlinkVersionedSerializer;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;

/**
 * The rows of a dataset, a fragment a split.
 *
 * <p>A snapshot is one version. A streaming scan begins with one and goes on with the fragments
 * that each later version inserted, each read at the version that did: so rows are emitted once,
 * whatever is deleted or compacted meanwhile, as long as the versions are not cleaned up before
 * they are read. Deletes are not emitted. An updated row is emitted again: in a fragment that the
 * update wrote, or, if it rewrote a column of the row's own fragment, as one of those that differ
 * from the version before.
 */
final class LanceSource implements Source<RowData, FragmentSplit, ScanProgress> {

  private static final long serialVersionUID = 1L;

  private final ScanSettings settings;

  LanceSource(ScanSettings settings) {
    this.settings = settings;
  }

  @Override
  public Boundedness getBoundedness() {
    return settings.streaming() ? Boundedness.CONTINUOUS_UNBOUNDED : Boundedness.BOUNDED;
  }

  @Override
  public SplitEnumerator<FragmentSplit, ScanProgress> createEnumerator(
      SplitEnumeratorContext<FragmentSplit> context) {
    return restoreEnumerator(context, ScanProgress.INITIAL);
  }

  @Override
  public SplitEnumerator<FragmentSplit, ScanProgress> restoreEnumerator(
      SplitEnumeratorContext<FragmentSplit> context, ScanProgress progress) {
    return new ScanEnumerator(context, settings, new InsertObserver(settings), progress);
  }

  @Override
  public SourceReader<RowData, FragmentSplit> createReader(SourceReaderContext context) {
    return new ResumingReader<>(new RowSourceReader(settings, context), context);
  }

  @Override
  public SimpleVersionedSerializer<FragmentSplit> getSplitSerializer() {
    return new FlinkVersionedSerializer<>(ScanFormats.SPLIT);
  }

  @Override
  public SimpleVersionedSerializer<ScanProgress> getEnumeratorCheckpointSerializer() {
    return new FlinkVersionedSerializer<>(ScanFormats.PROGRESS);
  }
}
