package dev.freshet.sql.sink;

import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.write.FragmentSizing;
import dev.freshet.operators.discover.FragmentSource;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.sql.table.FreshetTableOptions;
import dev.freshet.sql.table.LanceTable;
import dev.freshet.sql.types.ArrowSchemas;
import dev.freshet.sql.types.VectorSpec;
import dev.freshet.state.model.SinkId;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.RowType;

/**
 * A sink as it is planned. Serializable only because it is shipped to the task managers.
 *
 * @param keyColumns the primary key; empty if rows are only appended
 * @param sinkId text of the {@link SinkId}
 * @param options the table's
 */
record SinkSettings(
    DatasetLocation location,
    RowType rows,
    List<String> keyColumns,
    String sinkId,
    Configuration options)
    implements Serializable {

  /**
   * Plans a sink.
   *
   * @throws ValidationException in one line, if the table cannot be written
   */
  static SinkSettings of(LanceTable table) {
    SinkSettings settings =
        new SinkSettings(
            table.location(),
            table.rows(),
            new ArrayList<>(table.primaryKey()),
            SinkId.create().toString(),
            table.options());
    settings.primaryKey();
    settings.requireVector();
    settings.schema();
    try {
      settings.sizing();
      settings.batchBytes();
      settings.bufferBytes();
      if (settings.indexed()) {
        StreamOptions.from(settings.indexStream());
      }
    } catch (IllegalArgumentException e) {
      throw new ValidationException(e.getMessage(), e);
    }
    return settings;
  }

  private void requireVector() {
    if (vector().isPresent()) {
      return;
    }
    if (options.contains(FreshetOptions.COLUMN)) {
      throw new ValidationException(
          "Option vector.dimension is missing: INSERT must know the length of the vectors in '"
              + options.get(FreshetOptions.COLUMN)
              + "'");
    }
    if (indexed()) {
      throw new ValidationException(
          "Options vector.column and vector.dimension are missing: an index is over vectors");
    }
  }

  /** Whether the index stream runs with the sink. */
  boolean indexed() {
    return options.contains(FreshetOptions.INDEX_NAME)
        || options.contains(FreshetOptions.INDEX_TYPE);
  }

  /** The key by which rows replace others, if there is one. */
  Optional<PrimaryKey> primaryKey() {
    return keyColumns.isEmpty() ? Optional.empty() : Optional.of(PrimaryKey.of(rows, keyColumns));
  }

  /** Options of the index stream, which ends when this sink does. */
  Configuration indexStream() {
    Configuration stream = new Configuration(options);
    stream.set(FragmentSource.FOLLOWED_SINK, sinkId);
    return stream;
  }

  SinkId sink() {
    return SinkId.parse(sinkId);
  }

  private Optional<VectorSpec> vector() {
    return options
        .getOptional(FreshetOptions.COLUMN)
        .flatMap(
            column ->
                options
                    .getOptional(FreshetTableOptions.VECTOR_DIMENSION)
                    .map(dimension -> new VectorSpec(column, dimension)));
  }

  /** The columns as they are stored. */
  Schema schema() {
    return ArrowSchemas.schema(rows, vector());
  }

  FragmentSizing sizing() {
    return new FragmentSizing(
        options.get(FreshetTableOptions.SINK_FRAGMENT_ROWS),
        options.get(FreshetTableOptions.SINK_FRAGMENT_BYTES).getBytes());
  }

  /** Size at which a batch is handed on. */
  long batchBytes() {
    long bytes = options.get(FreshetTableOptions.SINK_BATCH).getBytes();
    if (bytes < 1 || bytes > MAX_BATCH_BYTES) {
      throw new IllegalArgumentException(
          "Option sink.batch must be from 1 byte to 256 mb, not " + bytes + " bytes");
    }
    return bytes;
  }

  /** Size at which the rows that a writer holds by their keys become a change. */
  long bufferBytes() {
    long bytes = options.get(FreshetTableOptions.SINK_UPSERT_BUFFER).getBytes();
    if (bytes < 1) {
      throw new IllegalArgumentException("Option sink.upsert.buffer must be at least 1 byte");
    }
    return bytes;
  }

  /** An Arrow buffer cannot be larger than 2 GiB, and grows by doubling. */
  private static final long MAX_BATCH_BYTES = 256L << 20;
}
