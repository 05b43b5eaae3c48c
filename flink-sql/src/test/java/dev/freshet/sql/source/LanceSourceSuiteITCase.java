package dev.freshet.sql.source;

import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.sql.table.SourceOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.testframe.environment.MiniClusterTestEnvironment;
import org.apache.flink.connector.testframe.external.ExternalContextFactory;
import org.apache.flink.connector.testframe.external.ExternalSystemSplitDataWriter;
import org.apache.flink.connector.testframe.external.source.DataStreamSourceExternalContext;
import org.apache.flink.connector.testframe.external.source.TestingSourceSettings;
import org.apache.flink.connector.testframe.junit.annotations.TestContext;
import org.apache.flink.connector.testframe.junit.annotations.TestEnv;
import org.apache.flink.connector.testframe.junit.annotations.TestSemantics;
import org.apache.flink.connector.testframe.testsuites.SourceTestSuiteBase;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.FileUtils;

/** Flink's own suite for sources: savepoints, more and fewer readers, failures, metrics. */
class LanceSourceSuiteITCase extends SourceTestSuiteBase<RowData> {

  @TestEnv final MiniClusterTestEnvironment cluster = new MiniClusterTestEnvironment();

  @TestSemantics
  final CheckpointingMode[] semantics = new CheckpointingMode[] {CheckpointingMode.EXACTLY_ONCE};

  @TestContext final ExternalContextFactory<LanceTableContext> tables = LanceTableContext::create;

  /** A new dataset for each test, to which every writer appends a fragment at a time. */
  record LanceTableContext(Path directory, VectorTable table)
      implements DataStreamSourceExternalContext<RowData> {

    private static final int DIMENSION = 2;
    private static final int RECORDS = 200;

    private static final RowType ROWS =
        (RowType)
            DataTypes.ROW(DataTypes.FIELD(VectorTable.VECTOR, DataTypes.ARRAY(DataTypes.FLOAT())))
                .getLogicalType();

    static LanceTableContext create(String test) {
      try {
        Path directory = Files.createTempDirectory("suite");
        return new LanceTableContext(directory, VectorTable.create(dataset(directory), DIMENSION));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String dataset(Path directory) {
      return directory.resolve("vectors").toString();
    }

    @Override
    public Source<RowData, ?, ?> createSource(TestingSourceSettings settings) {
      Configuration options = new Configuration();
      options.set(SourceOptions.BATCH_ROWS, 32);
      options.set(SourceOptions.POLL_INTERVAL, Duration.ofMillis(50));
      if (settings.getBoundedness() == Boundedness.CONTINUOUS_UNBOUNDED) {
        options.set(SourceOptions.MODE, SourceOptions.Mode.STREAMING);
      }
      DatasetLocation location = DatasetLocation.of(dataset(directory));
      return new TypedSource(
          new LanceSource(new ScanSettings(location, ROWS, List.of(), Long.MAX_VALUE, options)),
          getProducedType());
    }

    @Override
    public ExternalSystemSplitDataWriter<RowData> createSourceSplitDataWriter(
        TestingSourceSettings settings) {
      return new AppendingWriter(table);
    }

    /** As they come out of Flink's serializer, so that they compare. */
    @Override
    public List<RowData> generateTestData(
        TestingSourceSettings settings, int splitIndex, long seed) {
      Random random = new Random(seed);
      RowDataSerializer serializer = new RowDataSerializer(ROWS);
      List<RowData> records = new ArrayList<>();
      for (int i = 0; i < RECORDS; i++) {
        float[] vector = {random.nextFloat(), random.nextFloat()};
        RowData row = GenericRowData.of(new GenericArrayData(vector));
        records.add(serializer.toBinaryRow(row).copy());
      }
      return records;
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
      return InternalTypeInfo.of(ROWS);
    }

    @Override
    public List<URL> getConnectorJarPaths() {
      return List.of();
    }

    @Override
    public void close() throws IOException {
      table.close();
      FileUtils.deleteDirectory(directory.toFile());
    }
  }

  /** Appends each list of records as a fragment. */
  private record AppendingWriter(VectorTable table)
      implements ExternalSystemSplitDataWriter<RowData> {

    @Override
    public void writeRecords(List<RowData> records) {
      float[] vectors = new float[records.size() * LanceTableContext.DIMENSION];
      for (int i = 0; i < records.size(); i++) {
        float[] vector = records.get(i).getArray(0).toFloatArray();
        System.arraycopy(vector, 0, vectors, i * vector.length, vector.length);
      }
      table.append(vectors, records.size());
    }

    @Override
    public void close() {}
  }
}
