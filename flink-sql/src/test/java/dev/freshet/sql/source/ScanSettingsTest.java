package dev.freshet.sql.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.sql.table.LanceTable;
import dev.freshet.sql.table.SourceOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where the options of a scan go; versions, tags and times are read by {@link TimeTravelITCase}.
 */
class ScanSettingsTest {

  private static final RowType ROWS =
      (RowType) DataTypes.ROW(DataTypes.FIELD("id", DataTypes.BIGINT())).getLogicalType();

  @TempDir Path directory;

  @Test
  void mapping() {
    ScanSettings settings =
        settings(Map.of("scan.mode", "streaming", "scan.batch-rows", "7"), List.of("a", "b"), 100);
    assertThat(settings.streaming()).isTrue();
    assertThat(settings.filter()).contains("(a) AND (b)");
    assertThat(settings.request(new FragmentSplit(1, 2, 30)).batchRows()).isEqualTo(7);
    assertThat(settings(Map.of(), List.of(), 1).streaming()).isFalse();
    assertThat(settings(Map.of(), List.of(), 1).filter()).isEmpty();
  }

  @Test
  void aSplitGoesOnBehindTheRowsThatWereRead() {
    ScanSettings settings = settings(Map.of(), List.of(), 100);
    assertThat(settings.request(new FragmentSplit(1, 2, 30)).offset()).isEqualTo(30);
    assertThat(settings.request(new FragmentSplit(1, 2, 30)).limit()).isEqualTo(70);
    assertThat(settings.request(new FragmentSplit(1, 2, 130)).limit()).isZero();
  }

  @Test
  void theParallelismIsTheSources() {
    try (VectorTable table = VectorTable.create(directory.resolve("t").toString(), 2)) {
      assertThat(table.dimension()).isEqualTo(2);
    }
    assertThat(parallelism(Map.of("scan.parallelism", "3"))).contains(3);
    assertThat(parallelism(Map.of())).isEmpty();
  }

  private Optional<Integer> parallelism(Map<String, String> options) {
    LanceTableSource source =
        new LanceTableSource(
            new LanceTable(
                ObjectIdentifier.of("c", "d", "t"),
                DatasetLocation.of(directory.resolve("t").toString()),
                ROWS,
                Optional.empty(),
                List.of(),
                Configuration.fromMap(options)));
    return ((SourceProvider) source.getScanRuntimeProvider(null)).getParallelism();
  }

  @Test
  void wrongOptionsAreNamed() {
    refuses(Map.of("scan.batch-rows", "0"), "Option scan.batch-rows must be at least 1");
    refuses(Map.of("scan.poll-interval", "0 s"), "Option scan.poll-interval must be at least 1 ms");
    refuses(
        Map.of("scan.version", "1", "scan.tag", "x"),
        "Options scan.version, scan.tag and scan.timestamp exclude each other: give one");
    assertThatThrownBy(() -> settings(Map.of("scan.timestamp", "noon"), List.of(), 1).snapshot())
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("Option scan.timestamp is not a time such as");
  }

  @Test
  void theIntervalIsRead() {
    ScanSettings settings = settings(Map.of("scan.poll-interval", "20 ms"), List.of(), 1);
    assertThat(settings.options().get(SourceOptions.POLL_INTERVAL))
        .isEqualTo(Duration.ofMillis(20));
  }

  private static void refuses(Map<String, String> options, String message) {
    assertThatThrownBy(() -> settings(options, List.of(), 1))
        .isInstanceOf(ValidationException.class)
        .hasMessage(message);
  }

  private static ScanSettings settings(
      Map<String, String> options, List<String> filters, long limit) {
    return new ScanSettings(
        DatasetLocation.of("/nowhere"), ROWS, filters, limit, Configuration.fromMap(options));
  }
}
