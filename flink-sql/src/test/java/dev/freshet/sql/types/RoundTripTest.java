package dev.freshet.sql.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.commit.FragmentAppender;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LanceDatasets;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.lance.write.FragmentSizing;
import dev.freshet.lance.write.FragmentWriter;
import dev.freshet.sql.PlainRows;
import dev.freshet.sql.RandomRows;
import dev.freshet.sql.StoredRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is written to a dataset comes back from it. */
class RoundTripTest {

  private static final long SEED = 7;
  private static final int ROWS = 300;
  private static final int DIMENSION = 8;

  @TempDir Path directory;

  static Stream<DataType> types() {
    DataType nested =
        DataTypes.ROW(
            DataTypes.FIELD("name", DataTypes.STRING()),
            DataTypes.FIELD(
                "at", DataTypes.ROW(DataTypes.FIELD("x", DataTypes.DOUBLE().notNull()))),
            DataTypes.FIELD("tags", DataTypes.ARRAY(DataTypes.STRING())));
    Stream<DataType> scalars =
        Stream.of(
            DataTypes.BOOLEAN(),
            DataTypes.TINYINT(),
            DataTypes.SMALLINT(),
            DataTypes.INT(),
            DataTypes.BIGINT(),
            DataTypes.FLOAT(),
            DataTypes.DOUBLE(),
            DataTypes.DECIMAL(1, 0),
            DataTypes.DECIMAL(18, 4),
            DataTypes.DECIMAL(38, 38),
            DataTypes.CHAR(3),
            DataTypes.VARCHAR(9),
            DataTypes.STRING(),
            DataTypes.BINARY(5),
            DataTypes.VARBINARY(30),
            DataTypes.BYTES(),
            DataTypes.DATE(),
            DataTypes.TIME(0),
            DataTypes.TIME(3),
            DataTypes.TIME(6),
            DataTypes.TIME(9),
            DataTypes.BIGINT().notNull());
    Stream<DataType> timestamps =
        Stream.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
            .flatMap(p -> Stream.of(DataTypes.TIMESTAMP(p), DataTypes.TIMESTAMP_LTZ(p)));
    Stream<DataType> composed =
        Stream.of(
            DataTypes.ARRAY(DataTypes.INT()),
            DataTypes.ARRAY(DataTypes.FLOAT()),
            DataTypes.ARRAY(DataTypes.ARRAY(DataTypes.TIMESTAMP(3))),
            DataTypes.MAP(DataTypes.STRING(), DataTypes.DECIMAL(10, 2)),
            DataTypes.MAP(DataTypes.INT(), DataTypes.ARRAY(DataTypes.STRING())),
            nested,
            nested.notNull(),
            DataTypes.ARRAY(nested));
    return Stream.of(scalars, timestamps, composed).flatMap(group -> group);
  }

  @ParameterizedTest
  @MethodSource("types")
  void rowsComeBack(DataType column) throws Exception {
    DataType table =
        DataTypes.ROW(
            DataTypes.FIELD("id", DataTypes.INT().notNull()),
            DataTypes.FIELD("value", column),
            DataTypes.FIELD("vector", DataTypes.ARRAY(DataTypes.FLOAT())));
    RowType type = (RowType) table.getLogicalType();
    Path dataset = directory.resolve("table");
    List<List<Object>> written = write(dataset, type);

    assertThat(StoredRows.read(dataset, type))
        .as("%s, seed %s", column, SEED)
        .extracting(row -> PlainRows.of(row, type))
        .containsExactlyElementsOf(written);
    RowType stored = ArrowSchemas.rowType(StoredRows.schema(dataset));
    ArrowSchemas.requireReadable(type, StoredRows.schema(dataset));
    assertThat(stored.getTypeAt(1).isNullable()).isEqualTo(type.getTypeAt(1).isNullable());
  }

  private List<List<Object>> write(Path dataset, RowType type) throws Exception {
    Schema schema = ArrowSchemas.schema(type, Optional.of(new VectorSpec("vector", DIMENSION)));
    List<List<Object>> written = new ArrayList<>();
    RandomRows rows = new RandomRows(SEED);
    try (LanceDatasets datasets = new LanceDatasets(1L << 28);
        DatasetHandle handle =
            datasets.openOrCreate(DatasetLocation.of(dataset.toString()), schema);
        FragmentWriter writer =
            new FragmentWriter(handle, schema, new FragmentSizing(1000, 1L << 30));
        VectorSchemaRoot batch = writer.newBatch()) {
      ArrowRowWriter into = new ArrowRowWriter(type, batch);
      for (int i = 0; i < ROWS; i++) {
        RowData row = rows.next(type, "vector", DIMENSION);
        into.write(row);
        written.add(PlainRows.of(row, type));
        if (i % 100 == 99) {
          into.finish();
          writer.write(batch);
          into.reset();
        }
      }
      FragmentAppender.append(
          handle,
          new LocalDatasetFiles(Path.of(handle.location().uri())),
          writer.finish(),
          Map.of());
    }
    return written;
  }
}
