package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class StreamJobTest {

  private final Configuration cluster = new Configuration();

  @Test
  void argumentsAreOptionsByTheirKeys() {
    cluster.setString("s3.region", "eu-central-1");
    cluster.setString("rest.port", "8081");
    StreamOptions options = StreamOptions.from(stream());
    assertThat(options.dataset()).isEqualTo("s3://bucket/t");
    assertThat(options.freshness()).isEqualTo(Duration.ofSeconds(3));
    assertThat(options.storage()).containsEntry("aws_region", "eu-central-1");
    assertThat(stream().toMap()).doesNotContainKey("rest.port");
  }

  @Test
  void wrongArgumentsAreRefused() {
    assertThatThrownBy(() -> StreamJob.stream(new String[] {"--column", "v"}, cluster))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "No option --column: arguments are --key value, with the keys [dat");
    assertThatThrownBy(() -> StreamJob.stream(new String[] {"dataset", "v"}, cluster))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("No option dataset");
    assertThatThrownBy(() -> StreamJob.stream(new String[] {"--dataset"}, cluster))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Option --dataset has no value");
  }

  @Test
  void everyOptionCanBeGiven() throws IllegalAccessException {
    List<Object> declared = new ArrayList<>();
    for (Field field : FreshetOptions.class.getFields()) {
      if (field.getType() == ConfigOption.class) {
        declared.add(field.get(null));
      }
    }
    assertThat(FreshetOptions.all().values())
        .hasSameElementsAs(declared.stream().map(option -> (ConfigOption<?>) option).toList());
  }

  @Test
  void theClustersCheckpointIntervalWins() {
    StreamOptions options = StreamOptions.from(stream());
    assertThat(
            StreamJob.settings(options, cluster).get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
        .isEqualTo(options.checkpointInterval());
    cluster.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMinutes(1));
    assertThat(
            StreamJob.settings(options, cluster).get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
        .isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void checkpointsOfAQuietTableAreRareButNotMoreOften() {
    StreamOptions options = StreamOptions.from(stream());
    ConfigOption<Duration> quiet = CheckpointingOptions.CHECKPOINTING_INTERVAL_DURING_BACKLOG;
    assertThat(StreamJob.settings(options, cluster).get(quiet)).isEqualTo(Duration.ofMinutes(1));
    cluster.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMinutes(3));
    assertThat(StreamJob.settings(options, cluster).get(quiet)).isEqualTo(Duration.ofMinutes(3));
  }

  private Configuration stream() {
    return StreamJob.stream(
        new String[] {"--dataset", "s3://bucket/t", "--vector.column", "v", "--freshness", "3 s"},
        cluster);
  }
}
