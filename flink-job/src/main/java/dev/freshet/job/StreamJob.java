package dev.freshet.job;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.S3Options;
import dev.freshet.operators.options.StreamOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main class for a Flink cluster, in session or application mode: {@code flink run -d -c
 * dev.freshet.job.StreamJob freshet.jar --dataset s3://bucket/table --vector.column vector}.
 *
 * <p>Each argument is an option of {@link FreshetOptions} by its key. How S3 is reached ({@code
 * s3.*}) and everything of Flink is in the cluster's configuration.
 */
public final class StreamJob {

  private static final Logger LOG = LoggerFactory.getLogger(StreamJob.class);

  private StreamJob() {}

  /** Checks the options against the dataset and submits the job. */
  public static void main(String[] arguments) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    Configuration cluster = Configuration.fromMap(env.getConfiguration().toMap());
    Configuration stream = stream(arguments, cluster);
    IndexDefaults.complete(stream);
    StreamOptions options = StreamOptions.from(stream);
    check(options);
    env.configure(settings(options, cluster));
    env.getConfig().setGlobalJobParameters(ShownArguments.of(arguments));
    IndexPipeline.build(env, stream);
    env.execute(name(options));
  }

  /** What the job is called in a cluster. */
  static String name(StreamOptions options) {
    return "freshet " + options.index().name();
  }

  /**
   * The stream's options: the arguments, and what the cluster knows of S3.
   *
   * @throws IllegalArgumentException in one line, if an argument is no option
   */
  static Configuration stream(String[] arguments, Configuration cluster) {
    Configuration stream = S3Options.copyOf(cluster);
    Map<String, ConfigOption<?>> known = FreshetOptions.all();
    for (int i = 0; i < arguments.length; i += 2) {
      String key = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
      if (!known.containsKey(key)) {
        throw new IllegalArgumentException(
            "No option "
                + arguments[i]
                + ": arguments are --key value, with the keys "
                + known.keySet());
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException("Option " + arguments[i] + " has no value");
      }
      stream.setString(key, arguments[i + 1]);
    }
    return stream;
  }

  /** What the rules of the stream's state demand, and checkpoints if the cluster sets none. */
  static Configuration settings(StreamOptions options, Configuration cluster) {
    Duration interval =
        cluster
            .getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
            .orElseGet(options::checkpointInterval);
    Configuration settings = new Configuration();
    RequiredSettings.addTo(settings, interval);
    return settings;
  }

  private static void check(StreamOptions options) throws IOException {
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.MANIFEST)) {
      new StartChecks(options).check(versions).ifPresent(LOG::info);
    }
  }
}
