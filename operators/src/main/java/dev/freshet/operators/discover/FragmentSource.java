package dev.freshet.operators.discover;

import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.wire.FlinkVersionedSerializer;
import dev.freshet.operators.wire.Work;
import dev.freshet.state.model.SinkId;
import dev.freshet.state.planning.ShardPolicy;
import java.util.Optional;
import java.util.function.IntFunction;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * DiscoverFragments: the uncovered fragments of a dataset as work to do.
 *
 * <p>All thinking is in the enumerator; one reader passes its work on. Unbounded, unless the stream
 * is asked to index once and end, or follows a table's sink that ends.
 */
public final class FragmentSource implements Source<Work, WorkSplit, DiscoveryState> {

  /**
   * No option for users: a table's sink, in whose job the stream runs, sets it. The dataset need
   * not be there at the start, and the stream ends when all that the sink wrote is handed out.
   */
  public static final ConfigOption<String> FOLLOWED_SINK =
      ConfigOptions.key("followed-sink")
          .stringType()
          .noDefaultValue()
          .withDescription("Id of the table's sink in whose job the stream runs.");

  private static final long serialVersionUID = 1L;

  private final Configuration config;

  public FragmentSource(Configuration config) {
    this.config = config;
  }

  @Override
  public Boundedness getBoundedness() {
    return StreamOptions.from(config).once()
        ? Boundedness.BOUNDED
        : Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SplitEnumerator<WorkSplit, DiscoveryState> createEnumerator(
      SplitEnumeratorContext<WorkSplit> context) {
    return restoreEnumerator(context, DiscoveryState.initial());
  }

  @Override
  public SplitEnumerator<WorkSplit, DiscoveryState> restoreEnumerator(
      SplitEnumeratorContext<WorkSplit> context, DiscoveryState state) {
    StreamOptions options = StreamOptions.from(config);
    Optional<SinkId> sink = config.getOptional(FOLLOWED_SINK).map(SinkId::parse);
    IntFunction<ShardPolicy> sizing =
        width ->
            sink.isPresent()
                ? ShardSizing.inSink(options, width)
                : ShardSizing.policy(options, width);
    return new FragmentEnumerator(
        context,
        options,
        new ManifestObserver(options, sink),
        new Discovery(options, state, sizing),
        sink.isPresent());
  }

  @Override
  public SourceReader<Work, WorkSplit> createReader(SourceReaderContext context) {
    return new ResumingReader<>(new WorkReader(), context);
  }

  @Override
  public SimpleVersionedSerializer<WorkSplit> getSplitSerializer() {
    return new FlinkVersionedSerializer<>(DiscoveryFormats.SPLIT);
  }

  @Override
  public SimpleVersionedSerializer<DiscoveryState> getEnumeratorCheckpointSerializer() {
    return new FlinkVersionedSerializer<>(DiscoveryFormats.STATE);
  }
}
