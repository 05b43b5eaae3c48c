package dev.freshet.sql.sink;

import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;

/** The sink for rows of one string, and without a uid, as Flink's suite of tests wants it. */
final class StringSink
    implements Sink<String>, SupportsCommitter<Append>, SupportsPreCommitTopology<Change, Append> {

  private static final long serialVersionUID = 1L;

  private final LanceSink sink;

  StringSink(LanceSink sink) {
    this.sink = sink;
  }

  @Override
  public SinkWriter<String> createWriter(WriterInitContext context) throws IOException {
    return new Writer((FragmentSinkWriter) sink.createWriter(context));
  }

  private record Writer(FragmentSinkWriter writer) implements CommittingSinkWriter<String, Change> {

    @Override
    public void write(String text, Context context) throws IOException, InterruptedException {
      writer.write(GenericRowData.of(StringData.fromString(text)), context);
    }

    @Override
    public void flush(boolean endOfInput) {
      writer.flush(endOfInput);
    }

    @Override
    public Collection<Change> prepareCommit() throws IOException, InterruptedException {
      return writer.prepareCommit();
    }

    @Override
    public void close() throws Exception {
      writer.close();
    }
  }

  @Override
  public DataStream<CommittableMessage<Append>> addPreCommitTopology(
      DataStream<CommittableMessage<Change>> written) {
    DataStream<CommittableMessage<Append>> gathered = sink.addPreCommitTopology(written);
    gathered.getTransformation().getInputs().forEach(operator -> operator.setUid(null));
    return gathered;
  }

  @Override
  public Committer<Append> createCommitter(CommitterInitContext context) {
    return sink.createCommitter(context);
  }

  @Override
  public SimpleVersionedSerializer<Append> getCommittableSerializer() {
    return sink.getCommittableSerializer();
  }

  @Override
  public SimpleVersionedSerializer<Change> getWriteResultSerializer() {
    return sink.getWriteResultSerializer();
  }
}
