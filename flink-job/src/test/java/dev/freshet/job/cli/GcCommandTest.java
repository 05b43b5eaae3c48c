package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.state.model.Coverage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GcCommandTest {

  @TempDir Path directory;

  private IndexedTable table;
  private UUID published;
  private UUID abandoned;

  @BeforeEach
  void leaveGarbage() throws Exception {
    table = IndexedTable.create(directory.resolve("t"));
    published = table.publish(0, 1);
    abandoned = table.build(Coverage.of(2));
    try (var files = Files.walk(directory.resolve("t/_indices"))) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(30))));
      }
    }
  }

  @AfterEach
  void closeTable() {
    table.close();
  }

  @Test
  void aDryRunChangesNothing() throws Exception {
    Map<String, Long> before = table.files();
    CommandLineRun run = CommandLineRun.of("gc", "--dataset", table.uri(), "--dry-run");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .hasSize(7)
        .first()
        .asString()
        .matches("unpublished segments +1 would be removed, [0-9,]+ bytes");
    assertThat(table.files()).isEqualTo(before);
    assertThat(CommandLineRun.of("status", "--dataset", table.uri()).out())
        .contains("garbage: 1 unpublished segments (");
  }

  @Test
  void garbageGoesAfterTheGracePeriod() throws Exception {
    CommandLineRun spared =
        CommandLineRun.of("gc", "--dataset", table.uri(), "--grace", "48h", "--json");
    assertThat(spared.json().get("garbage").get(0).get("count").asInt()).isZero();

    JsonNode result = CommandLineRun.of("gc", "--dataset", table.uri(), "--json").json();
    assertThat(CommandLineRun.names(result)).containsExactly("dryRun", "garbage");
    JsonNode segments = result.get("garbage").get(0);
    assertThat(CommandLineRun.names(segments)).containsExactly("kind", "count", "bytes");
    assertThat(segments.get("kind").asText()).isEqualTo("SEGMENT");
    assertThat(segments.get("count").asInt()).isEqualTo(1);
    assertThat(segments.get("bytes").asLong()).isPositive();
    assertThat(directory.resolve("t/_indices/" + abandoned)).doesNotExist();
    assertThat(directory.resolve("t/_indices/" + published)).exists();
    CommandLineRun verified =
        CommandLineRun.of("verify", "--dataset", table.uri(), "--index", IndexedTable.INDEX);
    assertThat(verified.exitCode()).as(verified.out()).isZero();
  }

  @Test
  void oldVersionsGoIfAskedTo() throws Exception {
    try (var files = Files.walk(directory.resolve("t"))) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(30))));
      }
    }
    String[] keep = {"gc", "--dataset", table.uri(), "--json", "--keep-for", "1d"};
    JsonNode most =
        CommandLineRun.of(
                "gc",
                "--dataset",
                table.uri(),
                "--json",
                "--keep-for",
                "1d",
                "--keep-versions",
                "9")
            .json();
    assertThat(oldVersions(most)).isZero();
    assertThat(oldVersions(CommandLineRun.of(keep).json())).isPositive();
    assertThat(oldVersions(CommandLineRun.of(keep).json())).isZero();
    CommandLineRun verified =
        CommandLineRun.of("verify", "--dataset", table.uri(), "--index", IndexedTable.INDEX);
    assertThat(verified.exitCode()).as(verified.out()).isZero();
  }

  private static int oldVersions(JsonNode result) {
    JsonNode versions = result.get("garbage").get(4);
    assertThat(versions.get("kind").asText()).isEqualTo("OLD_VERSION");
    return versions.get("count").asInt();
  }

  @Test
  void wrongInputIsOneLine() {
    CommandLineRun.of("gc", "--dataset", table.uri(), "--keep-versions", "5")
        .assertWrongInput("--keep-versions needs --keep-for, such as 7d");
    CommandLineRun.of("gc", "--dataset", table.uri(), "--keep-for", "10s")
        .assertWrongInput("At least the versions of an hour, and one version, are kept");
    CommandLineRun.of("gc", "--dataset", table.uri(), "--grace", "soon")
        .assertWrongInput("A time is given like 10s or 500ms, not 'soon'");
    CommandLineRun.of("gc", "--dataset", directory + "/none")
        .assertWrongInput("No Lance dataset at " + directory + "/none");
  }
}
