package dev.freshet.sql.table;

import java.time.Duration;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.factories.FactoryUtil;

/** Options of SELECT. */
public final class SourceOptions {

  /** Whether a scan ends. */
  public enum Mode {
    SNAPSHOT,
    STREAMING
  }

  public static final ConfigOption<Mode> MODE =
      ConfigOptions.key("scan.mode")
          .enumType(Mode.class)
          .defaultValue(Mode.SNAPSHOT)
          .withDescription(
              "snapshot reads one version and ends; streaming goes on with rows that are"
                  + " inserted.");

  public static final ConfigOption<Duration> POLL_INTERVAL =
      ConfigOptions.key("scan.poll-interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription("How often a streaming scan looks for a new version.");

  public static final ConfigOption<Long> VERSION =
      ConfigOptions.key("scan.version")
          .longType()
          .noDefaultValue()
          .withDescription("Number of the version to read, or to begin with.");

  public static final ConfigOption<String> TAG =
      ConfigOptions.key("scan.tag")
          .stringType()
          .noDefaultValue()
          .withDescription("Tag of the version to read, or to begin with.");

  public static final ConfigOption<String> TIMESTAMP =
      ConfigOptions.key("scan.timestamp")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Time, such as 2026-01-31T12:00:00Z, whose latest version is read or begun with.");

  public static final ConfigOption<Integer> BATCH_ROWS =
      ConfigOptions.key("scan.batch-rows")
          .intType()
          .defaultValue(1024)
          .withDescription("Most rows of a batch; a reader holds up to four.");

  public static final ConfigOption<Integer> PARALLELISM = FactoryUtil.SOURCE_PARALLELISM;

  private SourceOptions() {}

  public static Set<ConfigOption<?>> all() {
    return Set.of(MODE, POLL_INTERVAL, VERSION, TAG, TIMESTAMP, BATCH_ROWS, PARALLELISM);
  }
}
