package dev.freshet.sql.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.sample.VectorTable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Dataset;
import org.lance.Version;

/** A version is read by its number, its tag and its time; a stream begins with it. */
class TimeTravelITCase {

  private static final int ROWS = 10;
  private static final int VERSIONS = 4;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder().setNumberSlotsPerTaskManager(2).build());

  @TempDir static Path directory;

  private static List<Instant> times;

  /** Version 1 is empty, and each one after it has ten rows more. */
  @BeforeAll
  static void append() {
    try (VectorTable table = VectorTable.create(dataset(), 1);
        BufferAllocator allocator = new RootAllocator()) {
      for (int version = 2; version <= VERSIONS; version++) {
        assertThat(table.append(new float[ROWS], ROWS)).isEqualTo(version);
      }
      try (Dataset dataset = Dataset.open().allocator(allocator).uri(dataset()).build()) {
        dataset.tags().create("second", 3);
        times =
            dataset.listVersions().stream()
                .map(Version::getDataTime)
                .map(time -> time.toInstant())
                .sorted()
                .toList();
      }
    }
  }

  private static String dataset() {
    return directory.resolve("items").toString();
  }

  @Test
  void aVersionIsReadByItsNumber() throws Exception {
    assertThat(read("'scan.version' = '3'")).isEqualTo(ids(2 * ROWS));
    assertThatThrownBy(() -> read("'scan.version' = '9'"))
        .hasStackTraceContaining("version 9")
        .hasStackTraceContaining(dataset());
  }

  @Test
  void aVersionIsReadByItsTag() throws Exception {
    assertThat(read("'scan.tag' = 'second'")).isEqualTo(ids(2 * ROWS));
    assertThatThrownBy(() -> read("'scan.tag' = 'third'"))
        .hasStackTraceContaining("No tag 'third'");
  }

  @Test
  void aVersionIsReadByItsTime() throws Exception {
    assertThat(read(at(times.get(2)))).as("the time of a commit").isEqualTo(ids(2 * ROWS));
    assertThat(read(at(times.get(2).minusNanos(1000)))).as("before it").isEqualTo(ids(ROWS));
    assertThat(read(at(Instant.now()))).as("now").isEqualTo(ids(3 * ROWS));
    assertThatThrownBy(() -> read(at(times.get(0).minusSeconds(1))))
        .hasStackTraceContaining("No version of")
        .hasStackTraceContaining("or before is left");
    assertThatThrownBy(() -> read("'scan.timestamp' = 'yesterday'"))
        .hasStackTraceContaining("Option scan.timestamp is not a time such as");
  }

  @Test
  @Timeout(300)
  void aStreamBeginsWithTheVersion() throws Exception {
    Set<Long> ids = new TreeSet<>();
    TableEnvironment tables = tables(EnvironmentSettings.inStreamingMode(), streamFrom("second"));
    try (CloseableIterator<Row> rows = tables.executeSql("SELECT id FROM items").collect()) {
      while (ids.size() < 3 * ROWS) {
        assertThat(ids.add(rows.next().getFieldAs(0))).as("a row comes once").isTrue();
      }
    }
    assertThat(ids).isEqualTo(ids(3 * ROWS));
  }

  private static String streamFrom(String tag) {
    return "'scan.mode' = 'streaming', 'scan.poll-interval' = '50 ms', 'scan.tag' = '" + tag + "'";
  }

  private static String at(Instant time) {
    return "'scan.timestamp' = '" + time + "'";
  }

  private static Set<Long> ids(long rows) {
    return new TreeSet<>(LongStream.range(0, rows).boxed().toList());
  }

  private static Set<Long> read(String options) throws Exception {
    Set<Long> ids = new TreeSet<>();
    TableEnvironment tables = tables(EnvironmentSettings.inBatchMode(), options);
    try (CloseableIterator<Row> rows = tables.executeSql("SELECT id FROM items").collect()) {
      rows.forEachRemaining(row -> ids.add(row.getFieldAs(0)));
    }
    return ids;
  }

  private static TableEnvironment tables(EnvironmentSettings settings, String options) {
    TableEnvironment tables = TableEnvironment.create(settings);
    tables.getConfig().set("parallelism.default", "1");
    tables.executeSql(
        "CREATE TABLE items (id BIGINT) WITH ('connector' = 'freshet', 'path' = '"
            + dataset()
            + "', "
            + options
            + ")");
    return tables;
  }
}
