package dev.freshet.sql.sink;

import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.write.WrittenFragments;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.sql.table.FreshetTableOptions;
import dev.freshet.sql.table.LanceTable;
import dev.freshet.sql.types.VectorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.InternalSerializers;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;

/** A table of ids, titles and vectors, and its sink piece by piece. */
final class TestSink {

  static final int DIMENSION = 4;

  static final RowType ROWS =
      (RowType)
          DataTypes.ROW(
                  DataTypes.FIELD("id", DataTypes.BIGINT().notNull()),
                  DataTypes.FIELD("title", DataTypes.STRING()),
                  DataTypes.FIELD("embedding", DataTypes.ARRAY(DataTypes.FLOAT())))
              .getLogicalType();

  private static final SinkWriter.Context CONTEXT =
      new SinkWriter.Context() {
        @Override
        public long currentWatermark() {
          return 0;
        }

        @Override
        public Long timestamp() {
          return 0L;
        }
      };

  private TestSink() {}

  static Configuration options(Path dataset) {
    Configuration options = new Configuration();
    options.set(FreshetOptions.DATASET, dataset.toString());
    options.set(FreshetOptions.COLUMN, "embedding");
    options.set(FreshetTableOptions.VECTOR_DIMENSION, DIMENSION);
    return options;
  }

  static SinkSettings settings(Configuration options) {
    return settings(ROWS, options);
  }

  /** A new run of the table's sink. */
  static SinkSettings settings(RowType rows, Configuration options) {
    return settings(rows, List.of(), options);
  }

  /** A new run of the sink of the table whose key is its id. */
  static SinkSettings keyed(Configuration options) {
    return settings(ROWS, List.of("id"), options);
  }

  private static SinkSettings settings(RowType rows, List<String> key, Configuration options) {
    return SinkSettings.of(
        new LanceTable(
            ObjectIdentifier.of("c", "d", "items"),
            DatasetLocation.of(options.get(FreshetOptions.DATASET)),
            rows,
            Optional.of(new VectorSpec("embedding", DIMENSION)),
            key,
            options));
  }

  /** The first writer. */
  static FragmentSinkWriter writer(SinkSettings settings) throws Exception {
    return writer(settings, 0);
  }

  static FragmentSinkWriter writer(SinkSettings settings, int subtask) throws Exception {
    return FragmentSinkWriter.open(
        settings, subtask, UnregisteredMetricsGroup.createSinkWriterMetricGroup());
  }

  static void write(FragmentSinkWriter writer, long firstId, int rows) throws Exception {
    for (int i = 0; i < rows; i++) {
      writer.write(row(firstId + i), CONTEXT);
    }
  }

  static void write(FragmentSinkWriter writer, RowData row) throws Exception {
    writer.write(row, CONTEXT);
  }

  static GenericRowData row(long id) {
    return GenericRowData.of(
        id, StringData.fromString("item " + id), new GenericArrayData(new float[DIMENSION]));
  }

  /** The first writer of a table with a key. */
  static UpsertSinkWriter upsertWriter(SinkSettings settings) throws Exception {
    return new UpsertSinkWriter(
        settings, InternalSerializers.create(settings.rows()), writer(settings));
  }

  static void write(UpsertSinkWriter writer, RowKind kind, long id, String title) throws Exception {
    GenericRowData row = row(id);
    row.setField(1, StringData.fromString(title));
    row.setRowKind(kind);
    writer.write(row, CONTEXT);
  }

  /** Writes rows with one writer and gives what it hands to the next checkpoint. */
  static WrittenFragments written(SinkSettings settings, long firstId, int rows) throws Exception {
    try (FragmentSinkWriter writer = writer(settings)) {
      write(writer, firstId, rows);
      return writer.complete();
    }
  }
}
