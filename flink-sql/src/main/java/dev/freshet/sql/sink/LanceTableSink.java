package dev.freshet.sql.sink;

import dev.freshet.sql.table.FreshetTableOptions;
import dev.freshet.sql.table.LanceTable;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.transformations.WithBoundedness;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.sink.DataStreamSinkProvider;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.data.RowData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** INSERT INTO a table. */
public final class LanceTableSink implements DynamicTableSink {

  private static final Logger LOG = LoggerFactory.getLogger(LanceTableSink.class);

  private final LanceTable table;
  private final SinkSettings settings;

  /**
   * @throws ValidationException in one line, if the table cannot be written
   */
  public LanceTableSink(LanceTable table) {
    this.table = table;
    this.settings = SinkSettings.of(table);
  }

  @Override
  public ChangelogMode getChangelogMode(ChangelogMode requested) {
    return table.primaryKey().isEmpty() ? ChangelogMode.insertOnly() : ChangelogMode.upsert();
  }

  @Override
  public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
    if (context.isBounded() && settings.indexed()) {
      throw new ValidationException(
          "Table "
              + table.name()
              + " cannot be indexed in batch mode: SET 'execution.runtime-mode' = 'streaming', in"
              + " which an INSERT of bounded input ends too, or leave index.* out");
    }
    return new RuntimeProvider();
  }

  @Override
  public DynamicTableSink copy() {
    return new LanceTableSink(table);
  }

  @Override
  public String asSummaryString() {
    return "Lance table " + table.location();
  }

  private final class RuntimeProvider implements DataStreamSinkProvider {

    @Override
    public DataStreamSink<?> consumeDataStream(ProviderContext context, DataStream<RowData> rows) {
      int indexParallelism =
          table
              .options()
              .getOptional(FreshetTableOptions.INDEX_PARALLELISM)
              .orElseGet(() -> rows.getExecutionEnvironment().getParallelism());
      warnIfNothingCommits(rows);
      DataStreamSink<RowData> sink =
          byKey(rows)
              .sinkTo(new LanceSink(settings, indexParallelism))
              .name(table.name().getObjectName())
              .uid(context.generateUid("sink").orElseGet(() -> SinkUid.of(table.name(), rows)));
      getParallelism().ifPresent(sink::setParallelism);
      return sink;
    }

    /**
     * All changes of a key go to one writer: Flink sees to that only where it finds it needed, and
     * not for rows that are inserted only.
     */
    private DataStream<RowData> byKey(DataStream<RowData> rows) {
      return settings
          .primaryKey()
          .<DataStream<RowData>>map(
              key -> rows.keyBy(new KeyHashSelector(settings.rows(), key), Types.INT))
          .orElse(rows);
    }

    private void warnIfNothingCommits(DataStream<RowData> rows) {
      boolean endless =
          rows.getTransformation().getTransitivePredecessors().stream()
              .anyMatch(
                  input ->
                      input instanceof WithBoundedness source
                          && source.getBoundedness() == Boundedness.CONTINUOUS_UNBOUNDED);
      if (endless
          && !rows.getExecutionEnvironment().getCheckpointConfig().isCheckpointingEnabled()) {
        LOG.warn(
            "INSERT INTO {} has no end and no checkpoints, so it commits nothing: SET"
                + " 'execution.checkpointing.interval'",
            table.name().asSummaryString());
      }
    }

    @Override
    public Optional<Integer> getParallelism() {
      return table.options().getOptional(FreshetTableOptions.SINK_PARALLELISM);
    }
  }
}
