package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.operators.train.ModelErrors;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusCommandTest {

  @TempDir Path directory;

  @Test
  void jsonNamesAreKept() throws Exception {
    try (IndexedTable table = IndexedTable.create(directory.resolve("t"))) {
      UUID segment = table.publish(0, 1);
      CommandLineRun run = CommandLineRun.of("status", "--dataset", table.uri(), "--json");
      assertThat(run.exitCode()).isZero();
      assertThat(run.err()).isEmpty();
      assertThat(run.out().lines()).hasSize(1);

      JsonNode status = run.json();
      assertThat(CommandLineRun.names(status))
          .containsExactly(
              "dataset", "version", "rows", "fragments", "unmergedRows", "indexes", "garbage");
      assertThat(status.get("dataset").asText()).isEqualTo(table.uri());
      assertThat(status.get("rows").asLong()).isEqualTo(3 * IndexedTable.ROWS);
      assertThat(status.get("fragments").asInt()).isEqualTo(3);
      assertThat(status.get("version").asLong()).isEqualTo(5);

      JsonNode index = status.get("indexes").get(0);
      assertThat(CommandLineRun.names(index))
          .containsExactly(
              "name",
              "column",
              "type",
              "metric",
              "model",
              "partitions",
              "codeError",
              "suggestedPartitions",
              "leftAlone",
              "segments",
              "coveredRows",
              "uncoveredRows",
              "uncoveredFragments",
              "lagSeconds",
              "deadLetters",
              "problems");
      assertThat(index.get("name").asText()).isEqualTo(IndexedTable.INDEX);
      assertThat(index.get("column").asText()).isEqualTo("vector");
      assertThat(index.get("type").asText()).isEqualTo("IVF_PQ");
      assertThat(index.get("metric").asText()).isEqualTo("l2");
      assertThat(index.get("model").asText()).isEqualTo(table.modelId());
      assertThat(index.get("coveredRows").asLong()).isEqualTo(2 * IndexedTable.ROWS);
      assertThat(index.get("uncoveredRows").asLong()).isEqualTo(IndexedTable.ROWS);
      assertThat(index.get("uncoveredFragments").asInt()).isEqualTo(1);
      assertThat(index.get("lagSeconds").asDouble()).isPositive();
      assertThat(index.get("problems").isEmpty()).isTrue();

      JsonNode first = index.get("segments").get(0);
      assertThat(CommandLineRun.names(first)).containsExactly("uuid", "fragments", "rows");
      assertThat(first.get("uuid").asText()).isEqualTo(segment.toString());
      assertThat(first.get("fragments").toString()).isEqualTo("[0,1]");
      assertThat(first.get("rows").asLong()).isEqualTo(2 * IndexedTable.ROWS);
    }
  }

  @Test
  void whatNeedsNoFileIsToldOfAnIndexOfAnUnknownFormat() throws Exception {
    try (IndexedTable table = IndexedTable.create(directory.resolve("t"))) {
      UUID segment = table.publish(0, 1);
      table.pretendNewerFormat(segment);

      CommandLineRun run = CommandLineRun.of("status", "--dataset", table.uri(), "--json");
      assertThat(run.exitCode()).as(run.err()).isZero();
      JsonNode index = run.json().get("indexes").get(0);
      assertThat(index.get("column").asText()).isEqualTo("vector");
      assertThat(index.get("type").asText()).isEqualTo("IVF_PQ");
      assertThat(index.get("metric").asText()).isEqualTo("l2");
      assertThat(index.get("model").asText()).isEmpty();
      assertThat(index.get("coveredRows").asLong()).isEqualTo(2 * IndexedTable.ROWS);
      assertThat(index.get("uncoveredRows").asLong()).isEqualTo(IndexedTable.ROWS);
      assertThat(index.get("problems").toString())
          .contains(segment.toString(), "Lance file format 2.9: known are [2.0, 2.1, 2.2]");
      assertThat(CommandLineRun.of("status", "--dataset", table.uri()).out())
          .contains("model unknown", "Lance file format 2.9");
    }
  }

  @Test
  void aFreshIndexHasNoLag() throws Exception {
    try (IndexedTable table = IndexedTable.create(directory.resolve("t"))) {
      table.publish(0, 1, 2);
      JsonNode index =
          CommandLineRun.of("status", "--dataset", table.uri(), "--json")
              .json()
              .get("indexes")
              .get(0);
      assertThat(index.get("uncoveredFragments").asInt()).isZero();
      assertThat(index.get("lagSeconds").asDouble()).isZero();
    }
  }

  @Test
  void drift() throws Exception {
    try (IndexedTable table = IndexedTable.create(directory.resolve("t"))) {
      table.publish(0, 1);
      assertThat(codeError(table)).as("nobody has kept it").isZero();
      ModelErrors errors = new ModelErrors(new LocalDatasetFiles(directory.resolve("t")));
      errors.put(table.modelId(), 1e-3);
      double far = codeError(table);
      assertThat(far).isGreaterThan(ModelErrors.DRIFTED);
      assertThat(CommandLineRun.of("status", "--dataset", table.uri()).out())
          .contains(String.format("DRIFTED: the newest rows are %.1f times as far", far));
      errors.put(table.modelId(), 1e-3 * far);
      assertThat(codeError(table)).isCloseTo(1, within(1e-9));
      assertThat(CommandLineRun.of("status", "--dataset", table.uri()).out())
          .doesNotContain("DRIFTED");
    }
  }

  private static double codeError(IndexedTable table) throws Exception {
    return CommandLineRun.of("status", "--dataset", table.uri(), "--json")
        .json()
        .get("indexes")
        .get(0)
        .get("codeError")
        .asDouble();
  }

  @Test
  void textForPeople() {
    try (IndexedTable table = IndexedTable.create(directory.resolve("t"))) {
      assertThat(CommandLineRun.of("status", "--dataset", table.uri()).out())
          .contains("900 rows in 3 fragments", "no index that Freshet keeps fresh", "no garbage");
      table.publish(0, 1);
      assertThat(CommandLineRun.of("status", "--dataset", table.uri()).out())
          .contains("vector_idx: IVF_PQ (l2) over vector, model " + table.modelId())
          .contains("600 rows covered, 300 rows in 1 fragment not");
    }
  }
}
