package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class JobArgumentsTest {

  @ParameterizedTest
  @ValueSource(strings = {"s3://bucket/checkpoints", "file:///data/checkpoints", "hdfs://n:1/c"})
  void aLocationWithASchemeIsTakenAsItIs(String location) throws Exception {
    assertThat(checkpoints(location)).isEqualTo(location);
  }

  @Test
  void anythingElseIsAPath() throws Exception {
    assertThat(checkpoints("/data/my checkpoints")).isEqualTo("file:///data/my%20checkpoints");
    assertThat(checkpoints("some/checkpoints"))
        .isEqualTo(Path.of("some/checkpoints").toAbsolutePath().toUri().toString());
  }

  private static String checkpoints(String location) throws Exception {
    JobArguments arguments =
        CommandLine.populateCommand(new JobArguments(), "--checkpoints", location);
    return arguments.settings().checkpoints();
  }
}
