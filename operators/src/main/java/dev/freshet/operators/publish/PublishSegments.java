package dev.freshet.operators.publish;

import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.wire.FlinkVersionedSerializer;
import dev.freshet.operators.wire.Publication;
import dev.freshet.operators.wire.PublicationFormat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * PublishSegments: the one writer of the index.
 *
 * <p>Everything is already in storage when it arrives, so the writer only collects what the next
 * checkpoint shall commit.
 */
public final class PublishSegments implements Sink<Publication>, SupportsCommitter<Publication> {

  private static final long serialVersionUID = 1L;

  private final Configuration config;

  public PublishSegments(Configuration config) {
    this.config = config;
  }

  @Override
  public SinkWriter<Publication> createWriter(WriterInitContext context) {
    return new CollectingWriter();
  }

  @Override
  public Committer<Publication> createCommitter(CommitterInitContext context) {
    return new PublicationCommitter(StreamOptions.from(config), context.metricGroup());
  }

  @Override
  public SimpleVersionedSerializer<Publication> getCommittableSerializer() {
    return new FlinkVersionedSerializer<>(PublicationFormat.PUBLICATION);
  }

  private static final class CollectingWriter
      implements CommittingSinkWriter<Publication, Publication> {

    private final List<Publication> collected = new ArrayList<>();

    @Override
    public void write(Publication publication, Context context) {
      collected.add(publication);
    }

    @Override
    public void flush(boolean endOfInput) {}

    @Override
    public Collection<Publication> prepareCommit() {
      List<Publication> prepared = List.copyOf(collected);
      collected.clear();
      return prepared;
    }

    @Override
    public void close() {}
  }
}
