package dev.freshet.sql.source;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;

/** The source with the type that the planner gives it otherwise. */
record TypedSource(LanceSource source, TypeInformation<RowData> type)
    implements Source<RowData, FragmentSplit, ScanProgress>, ResultTypeQueryable<RowData> {

  @Override
  public TypeInformation<RowData> getProducedType() {
    return type;
  }

  @Override
  public Boundedness getBoundedness() {
    return source.getBoundedness();
  }

  @Override
  public SplitEnumerator<FragmentSplit, ScanProgress> createEnumerator(
      SplitEnumeratorContext<FragmentSplit> context) {
    return source.createEnumerator(context);
  }

  @Override
  public SplitEnumerator<FragmentSplit, ScanProgress> restoreEnumerator(
      SplitEnumeratorContext<FragmentSplit> context, ScanProgress progress) {
    return source.restoreEnumerator(context, progress);
  }

  @Override
  public SourceReader<RowData, FragmentSplit> createReader(SourceReaderContext context) {
    return source.createReader(context);
  }

  @Override
  public SimpleVersionedSerializer<FragmentSplit> getSplitSerializer() {
    return source.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<ScanProgress> getEnumeratorCheckpointSerializer() {
    return source.getEnumeratorCheckpointSerializer();
  }
}
