package dev.freshet.sql.sink;

import dev.freshet.sql.FreshetTableOptions;
import dev.freshet.sql.LanceTable;
import java.util.Optional;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.sink.DataStreamSinkProvider;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.data.RowData;

/** INSERT INTO a table. */
public final class LanceTableSink implements DynamicTableSink {

  private final LanceTable table;
  private final SinkSettings settings;

  /**
   * @throws ValidationException in one line, if the table cannot be written
   */
  public LanceTableSink(LanceTable table) {
    if (!table.primaryKey().isEmpty()) {
      throw new ValidationException(
          "Table "
              + table.name()
              + " has a primary key, but INSERT only appends: leave the key out");
    }
    this.table = table;
    this.settings = SinkSettings.of(table);
  }

  @Override
  public ChangelogMode getChangelogMode(ChangelogMode requested) {
    return ChangelogMode.insertOnly();
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
      String name = table.name().asSummaryString();
      DataStreamSink<RowData> sink =
          rows.sinkTo(new LanceSink(settings, indexParallelism))
              .name(table.name().getObjectName())
              .uid(context.generateUid("sink").orElse("freshet " + name));
      getParallelism().ifPresent(sink::setParallelism);
      return sink;
    }

    @Override
    public Optional<Integer> getParallelism() {
      return table.options().getOptional(FreshetTableOptions.SINK_PARALLELISM);
    }
  }
}
