package dev.freshet.job.cli;

import dev.freshet.job.EmbeddedJob;
import dev.freshet.operators.options.FreshetOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The arguments of a command that runs the stream, other than its dataset. */
final class StreamArguments {

  @Option(names = "--column", description = "The column; that of the index, if it exists.")
  Optional<String> column = Optional.empty();

  @Option(
      names = "--index",
      description =
          "Name of the index; <column>_idx by default. One that exists needs no more than this.")
  Optional<String> index = Optional.empty();

  @Option(
      names = "--type",
      description =
          "IVF_FLAT, IVF_PQ, IVF_SQ, IVF_HNSW_PQ, IVF_HNSW_SQ, IVF_RQ; for filters BTREE, BITMAP,"
              + " LABEL_LIST; for words INVERTED. That of the index, if it exists, or IVF_PQ.")
  Optional<String> type = Optional.empty();

  @Option(
      names = "--metric",
      description = "l2, cosine or dot; that of the index, if it exists, or l2.")
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

  @Mixin JobArguments flink;

  /** The stream's configuration. */
  Configuration configuration(DatasetArguments dataset) {
    Configuration config = dataset.configuration();
    set(config, FreshetOptions.COLUMN, column);
    set(config, FreshetOptions.INDEX_NAME, index);
    set(config, FreshetOptions.INDEX_TYPE, type);
    set(config, FreshetOptions.INDEX_METRIC, metric);
    set(config, FreshetOptions.INDEX_PARTITIONS, partitions);
    set(config, FreshetOptions.INDEX_SUB_VECTORS, subVectors);
    config.set(FreshetOptions.FRESHNESS, duration(freshness));
    set(config, FreshetOptions.KEEP_FOR, keepFor.map(StreamArguments::duration));
    flink.addTo(config);
    return config;
  }

  EmbeddedJob.Settings settings() throws IOException {
    return flink.settings();
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
