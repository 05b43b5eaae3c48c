package dev.freshet.sql.sink;

import dev.freshet.job.IndexPipeline;
import dev.freshet.operators.wire.FlinkVersionedSerializer;
import java.io.IOException;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;

/**
 * Appends rows to a dataset exactly once, or replaces those of the same primary key: parallel
 * writers, one gatherer, one committer; and the index stream of the same dataset beside them.
 *
 * <p>The index stream learns from the manifest what was appended and when the last append came. A
 * message from the committer would not do: a sink takes nothing from its input after that has
 * ended, and the last commit comes later. The sink needs a uid, which is that of its writers.
 */
final class LanceSink
    implements Sink<RowData>,
        SupportsCommitter<Append>,
        SupportsPreCommitTopology<Change, Append>,
        SupportsPostCommitTopology<Append> {

  private static final long serialVersionUID = 1L;

  static final String GATHER_FRAGMENTS = "gather-fragments";

  private final SinkSettings settings;
  private final int indexParallelism;

  LanceSink(SinkSettings settings, int indexParallelism) {
    this.settings = settings;
    this.indexParallelism = indexParallelism;
  }

  @Override
  public SinkWriter<RowData> createWriter(WriterInitContext context) throws IOException {
    FragmentSinkWriter fragments =
        FragmentSinkWriter.open(
            settings, context.getTaskInfo().getIndexOfThisSubtask(), context.metricGroup());
    return settings.primaryKey().isPresent()
        ? new UpsertSinkWriter(settings, context.createInputSerializer(), fragments)
        : fragments;
  }

  @Override
  public DataStream<CommittableMessage<Append>> addPreCommitTopology(
      DataStream<CommittableMessage<Change>> written) {
    return written
        .global()
        .transform(
            "GatherFragments",
            CommittableMessageTypeInfo.of(this::getCommittableSerializer),
            new GatherFragments(settings))
        .uid(GATHER_FRAGMENTS)
        .setParallelism(1)
        .setMaxParallelism(1)
        .global();
  }

  @Override
  public Committer<Append> createCommitter(CommitterInitContext context) {
    return new AppendCommitter(settings);
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<Append>> committed) {
    if (settings.indexed()) {
      IndexPipeline.build(
          committed.getExecutionEnvironment(), settings.indexStream(), indexParallelism);
    }
  }

  @Override
  public SimpleVersionedSerializer<Append> getCommittableSerializer() {
    return new FlinkVersionedSerializer<>(AppendFormat.APPEND);
  }

  @Override
  public SimpleVersionedSerializer<Change> getWriteResultSerializer() {
    return new FlinkVersionedSerializer<>(AppendFormat.CHANGE);
  }
}
