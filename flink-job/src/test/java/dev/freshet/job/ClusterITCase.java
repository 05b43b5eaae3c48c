package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.FaultProxy.Faults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole trial in short, on processes of their own. */
class ClusterITCase {

  @TempDir Path directory;

  @AfterEach
  void forgetS3() {
    FileSystems.initialize(new Configuration());
  }

  /** Most of the time is Flink's: six starts of a JVM that loads it, two lost heartbeats. */
  @Test
  void theStreamOutlivesItsProcesses() throws Exception {
    ClusterTrial.Result result = ClusterTrial.run(directory, Duration.ofSeconds(8), Faults.NONE);
    assertThat(result.report().violations()).isEmpty();
    assertThat(result.report().ok()).isTrue();
    assertThat(result.report().coverage()).isEqualTo(1.0);
    assertThat(result.report().rows()).isEqualTo(result.appendedRows());
    assertThat(result.restores()).as("restores after the kills").isGreaterThanOrEqualTo(2);
    assertThat(DocumentedMetrics.registered(result.metrics()))
        .as("what Prometheus is shown, and docs/METRICS.md")
        .isEqualTo(DocumentedMetrics.documented());
    assertThat(DocumentedMetrics.askedFor())
        .hasSizeGreaterThan(20)
        .allSatisfy(name -> assertThat(result.metrics()).contains("\n" + name + "{"));
    assertNoSecretIsLogged();
  }

  private void assertNoSecretIsLogged() throws Exception {
    List<Path> logs;
    try (Stream<Path> files = Files.list(directory.resolve("flink"))) {
      logs = files.filter(file -> file.toString().endsWith(".log")).toList();
    }
    assertThat(logs).hasSizeGreaterThan(5);
    for (Path log : logs) {
      assertThat(Files.readString(log)).as(log.toString()).doesNotContain(S3Server.SECRET_KEY);
    }
  }
}
