package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.operators.options.StreamOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.YamlParserUtils;
import org.junit.jupiter.api.Test;

/** What can be checked of the files in docker/ without a container engine. */
class DeploymentFilesTest {

  private static final Path DOCKER = Path.of("../docker");
  private static final Pattern METRIC = Pattern.compile("_freshet_(\\w+)");

  @Test
  void everyYamlFileParses() throws Exception {
    List<Path> files = files(".yaml");
    assertThat(files).hasSizeGreaterThanOrEqualTo(7);
    for (Path file : files) {
      assertThat(YamlParserUtils.loadYamlFile(file.toFile())).as(file.toString()).isNotEmpty();
    }
  }

  @Test
  void flinkReadsItsConfiguration() {
    Configuration config = GlobalConfiguration.loadConfiguration(DOCKER.toString());
    assertThat(config.toMap())
        .containsEntry("s3.path-style-access", "true")
        .containsEntry("state.backend.type", "rocksdb")
        .hasEntrySatisfying(
            "env.java.opts.all",
            opens -> assertThat(opens).contains("--add-opens=java.base/java.nio=ALL-UNNAMED"));
  }

  @Test
  void alertsAndPanelsNameDocumentedMetrics() throws IOException {
    List<String> documented =
        DocumentedMetrics.documented().stream()
            .map(metric -> metric.substring(metric.indexOf(' ') + 1))
            .toList();
    List<String> named = new ArrayList<>();
    for (Path file : Stream.concat(files(".yaml").stream(), files(".json").stream()).toList()) {
      Matcher metric = METRIC.matcher(Files.readString(file));
      while (metric.find()) {
        named.add(metric.group(1));
      }
    }
    assertThat(named).hasSizeGreaterThan(20);
    assertThat(documented).containsAll(named);
  }

  @Test
  void theJobTakesTheArgumentsOfTheManifests() throws Exception {
    Map<String, Object> deployment = yaml("kubernetes/freshet.yaml");
    assertArguments((List<?>) at(deployment, "spec", "job", "args"));
    List<?> command = (List<?>) at(yaml("compose.yaml"), "services", "jobmanager", "command");
    assertThat(command).element(2).isEqualTo(StreamJob.class.getName());
    assertArguments(command.subList(3, command.size()));
  }

  private static void assertArguments(List<?> arguments) {
    String[] given = arguments.stream().map(String::valueOf).toArray(String[]::new);
    StreamOptions options = StreamOptions.from(StreamJob.stream(given, new Configuration()));
    assertThat(options.dataset()).startsWith("s3://");
  }

  private static Map<String, Object> yaml(String file) throws Exception {
    return YamlParserUtils.loadYamlFile(DOCKER.resolve(file).toFile());
  }

  private static Object at(Map<String, Object> yaml, String... keys) {
    Object value = yaml;
    for (String key : keys) {
      value = ((Map<?, ?>) value).get(key);
    }
    return value;
  }

  private static List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(DOCKER)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
