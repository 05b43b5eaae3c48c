package dev.freshet.job.cli;

import dev.freshet.job.EmbeddedJob;
import dev.freshet.operators.options.FreshetOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.Option;

/** The arguments of a command that runs the stream, other than its dataset. */
final class StreamArguments {

  @Option(names = "--column", required = true, description = "The column.")
  String column;

  @Option(names = "--index", description = "Name of the index; <column>_idx by default.")
  Optional<String> index = Optional.empty();

  @Option(
      names = "--type",
      defaultValue = "IVF_PQ",
      description =
          "IVF_FLAT, IVF_PQ, IVF_SQ, IVF_HNSW_PQ, IVF_HNSW_SQ, IVF_RQ, or for filters BTREE;"
              + " default ${DEFAULT-VALUE}.")
  String type;

  @Option(names = "--metric", description = "l2, cosine or dot; default l2.")
  Optional<String> metric = Optional.empty();

  @Option(names = "--partitions", description = "IVF partitions; derived from the rows.")
  Optional<Integer> partitions = Optional.empty();

  @Option(names = "--sub-vectors", description = "PQ sub-vectors; derived from the dimension.")
  Optional<Integer> subVectors = Optional.empty();

  @Option(
      names = "--freshness",
      defaultValue = "10s",
      paramLabel = "TIME",
      description = "How soon appended rows should be searchable; default ${DEFAULT-VALUE}.")
  String freshness;

  @Option(
      names = "--keep-for",
      paramLabel = "TIME",
      description =
          "Remove versions while the stream runs, once the next one was committed so long ago, 1h"
              + " at least, and what only they name. What tags and branches name stays. All stay by"
              + " default.")
  Optional<String> keepFor = Optional.empty();

  @Option(names = "--parallelism", description = "Parallel subtasks; the cores by default.")
  int parallelism = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--checkpoints",
      paramLabel = "URI",
      description = "Directory of the checkpoints; a temporary one by default.")
  Optional<String> checkpoints = Optional.empty();

  @Option(
      names = "--state-backend",
      defaultValue = "rocksdb",
      description = "rocksdb or hashmap; default ${DEFAULT-VALUE}.")
  String stateBackend;

  @Option(
      names = "--ui-port",
      defaultValue = "0",
      description = "Port of Flink's web UI on this machine; a free one by default.")
  int uiPort;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Any other option that 'freshet options' prints, such as compaction.enabled=false; may be"
              + " repeated.")
  Map<String, String> others = Map.of();

  /** The stream's configuration. */
  Configuration configuration(DatasetArguments dataset) {
    Configuration config = dataset.configuration();
    config.set(FreshetOptions.COLUMN, column);
    set(config, FreshetOptions.INDEX_NAME, index);
    config.set(FreshetOptions.INDEX_TYPE, type);
    set(config, FreshetOptions.INDEX_METRIC, metric);
    set(config, FreshetOptions.INDEX_PARTITIONS, partitions);
    set(config, FreshetOptions.INDEX_SUB_VECTORS, subVectors);
    config.set(FreshetOptions.FRESHNESS, duration(freshness));
    set(config, FreshetOptions.KEEP_FOR, keepFor.map(StreamArguments::duration));
    others.forEach((key, value) -> set(config, key, value));
    return config;
  }

  private static void set(Configuration config, String key, String value) {
    Optional<ConfigOption<?>> option = Optional.ofNullable(FreshetOptions.all().get(key));
    if (option.isEmpty()) {
      throw new IllegalArgumentException(
          "There is no option '" + key + "': 'freshet options' prints all of them");
    }
    config.setString(key, value);
    try {
      config.getOptional(option.get());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Option " + key + " cannot be '" + value + "': 'freshet options' says what it takes", e);
    }
  }

  EmbeddedJob.Settings settings() throws IOException {
    String directory =
        checkpoints.isPresent()
            ? checkpoints.get()
            : Files.createTempDirectory("freshet-checkpoints-").toUri().toString();
    return new EmbeddedJob.Settings(parallelism, directory, stateBackend, uiPort);
  }

  /** A time as the options take it, like 10s or 500ms. */
  static Duration duration(String text) {
    try {
      return TimeUtils.parseDuration(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "A time is given like 10s or 500ms, not '" + text + "'", e);
    }
  }

  private static <T> void set(Configuration config, ConfigOption<T> option, Optional<T> value) {
    value.ifPresent(given -> config.set(option, given));
  }
}
