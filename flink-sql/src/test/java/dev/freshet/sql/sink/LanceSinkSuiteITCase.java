package dev.freshet.sql.sink;

import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.sql.StoredRows;
import dev.freshet.sql.table.LanceTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.testframe.environment.MiniClusterTestEnvironment;
import org.apache.flink.connector.testframe.external.ExternalContextFactory;
import org.apache.flink.connector.testframe.external.ExternalSystemDataReader;
import org.apache.flink.connector.testframe.external.sink.DataStreamSinkV2ExternalContext;
import org.apache.flink.connector.testframe.external.sink.TestingSinkSettings;
import org.apache.flink.connector.testframe.junit.annotations.TestContext;
import org.apache.flink.connector.testframe.junit.annotations.TestEnv;
import org.apache.flink.connector.testframe.junit.annotations.TestSemantics;
import org.apache.flink.connector.testframe.testsuites.SinkTestSuiteBase;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.FileUtils;

/** Flink's own suite for sinks: savepoints, more and fewer writers, metrics. */
class LanceSinkSuiteITCase extends SinkTestSuiteBase<String> {

  @TestEnv final MiniClusterTestEnvironment cluster = new MiniClusterTestEnvironment();

  @TestSemantics
  final CheckpointingMode[] semantics = new CheckpointingMode[] {CheckpointingMode.EXACTLY_ONCE};

  @TestContext final ExternalContextFactory<LanceTableContext> tables = LanceTableContext::create;

  /** A new dataset of one column for each test. */
  record LanceTableContext(Path directory) implements DataStreamSinkV2ExternalContext<String> {

    private static final RowType ROWS =
        (RowType) DataTypes.ROW(DataTypes.FIELD("text", DataTypes.STRING())).getLogicalType();

    static LanceTableContext create(String test) {
      try {
        return new LanceTableContext(Files.createTempDirectory("suite"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Path dataset() {
      return directory.resolve("texts");
    }

    @Override
    public Sink<String> createSink(TestingSinkSettings settings) {
      Configuration options = new Configuration();
      options.set(FreshetOptions.DATASET, dataset().toString());
      LanceTable table =
          new LanceTable(
              ObjectIdentifier.of("c", "d", "texts"),
              DatasetLocation.of(dataset().toString()),
              ROWS,
              Optional.empty(),
              List.of(),
              options);
      return new StringSink(new LanceSink(SinkSettings.of(table), 1));
    }

    @Override
    public ExternalSystemDataReader<String> createSinkDataReader(TestingSinkSettings settings) {
      return new NewRows(dataset());
    }

    @Override
    public List<String> generateTestData(TestingSinkSettings settings, long seed) {
      Random random = new Random(seed);
      return random.ints(200).mapToObj(number -> "text " + number).toList();
    }

    @Override
    public TypeInformation<String> getProducedType() {
      return Types.STRING;
    }

    @Override
    public List<URL> getConnectorJarPaths() {
      return List.of();
    }

    @Override
    public void close() throws Exception {
      FileUtils.deleteDirectory(directory.toFile());
    }
  }

  /** Gives each row once; they are only appended. */
  private static final class NewRows implements ExternalSystemDataReader<String> {

    private final Path dataset;
    private int given;

    NewRows(Path dataset) {
      this.dataset = dataset;
    }

    @Override
    public List<String> poll(Duration patience) {
      try {
        List<String> all = new ArrayList<>();
        StoredRows.read(dataset, LanceTableContext.ROWS)
            .forEach(row -> all.add(row.getString(0).toString()));
        List<String> added = all.subList(given, all.size());
        given = all.size();
        return added;
      } catch (Exception e) {
        throw new AssertionError("The dataset can be read", e);
      }
    }

    @Override
    public void close() {}
  }
}
