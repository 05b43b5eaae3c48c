package dev.freshet.job.cli;

import dev.freshet.job.EmbeddedJob;
import dev.freshet.operators.options.FreshetOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Option;

/** How a command runs its job, in a Flink inside this process. */
final class JobArguments {

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:");

  @Option(names = "--parallelism", description = "Parallel subtasks; the cores by default.")
  int parallelism = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--checkpoints",
      paramLabel = "URI",
      description =
          "Directory of the checkpoints, such as /data/checkpoints or s3://...; a temporary one by"
              + " default.")
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

  EmbeddedJob.Settings settings() throws IOException {
    String directory =
        checkpoints.isPresent()
            ? uri(checkpoints.get())
            : Files.createTempDirectory("freshet-checkpoints-").toUri().toString();
    return new EmbeddedJob.Settings(parallelism, directory, stateBackend, uiPort);
  }

  /** What has no scheme is a path of this machine, as it is for a dataset. */
  private static String uri(String location) {
    return SCHEME.matcher(location).lookingAt()
        ? location
        : Path.of(location).toAbsolutePath().toUri().toString();
  }

  /**
   * Sets the other options.
   *
   * @throws IllegalArgumentException in one line, if one of them is none
   */
  void addTo(Configuration config) {
    others.forEach((key, value) -> set(config, key, value));
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
}
