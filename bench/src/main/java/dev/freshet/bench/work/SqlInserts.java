package dev.freshet.bench.work;

import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.process.Usage;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/** INSERTs of the rows of one dataset in Flink SQL, each a job in a cluster of its own. */
final class SqlInserts {

  private static final Duration CHECKPOINTS = Duration.ofSeconds(5);

  private final Configuration flink = new Configuration();
  private final Path source;

  /**
   * @param source the dataset whose rows are inserted
   */
  SqlInserts(Path source, Path checkpoints) {
    this.source = source;
    flink.set(CoreOptions.DEFAULT_PARALLELISM, Runtime.getRuntime().availableProcessors());
    flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINTS);
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
  }

  /**
   * Inserts all rows and waits for the end of the job.
   *
   * @param with the options of the table that is written
   * @param rows how many there are, for the measurement
   */
  Measurement into(String with, long rows) throws Exception {
    TableEnvironment tables = tables(with);
    Usage usage = Usage.start();
    tables.executeSql("INSERT INTO written SELECT id, vector FROM source").await();
    return usage.end(rows);
  }

  private TableEnvironment tables(String with) {
    TableEnvironment tables =
        TableEnvironment.create(
            EnvironmentSettings.newInstance().inStreamingMode().withConfiguration(flink).build());
    create(tables, "source", "'connector' = 'freshet', 'path' = '" + source + "'");
    create(tables, "written", with);
    return tables;
  }

  private static void create(TableEnvironment tables, String name, String with) {
    tables.executeSql(
        "CREATE TABLE " + name + " (id BIGINT NOT NULL, vector ARRAY<FLOAT>) WITH (" + with + ")");
  }
}
