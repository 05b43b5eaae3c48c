package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.sample.VectorTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as it is called, in this process. */
class RetrainCommandITCase {

  private static final long SEED = 61;
  private static final int DIMENSION = 16;
  private static final int ROWS = 1000;

  @TempDir Path directory;

  @Test
  void theIndexGetsTheModelThatIsAskedFor() throws Exception {
    Path path = directory.resolve("t");
    ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION)) {
      table.append(vectors.next(ROWS), ROWS);
      assertThat(call("run", path, "--column", "vector", "--once").exitCode()).isZero();
      table.append(vectors.next(ROWS), ROWS);
      assertThat(call("run", path, "--column", "vector", "--once").exitCode()).isZero();
    }
    String former = index(path).get("model").asText();

    CommandLineRun run =
        call("retrain", path, "--index", "vector_idx", "--partitions", "7", "--json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode done = run.json();
    assertThat(CommandLineRun.names(done))
        .containsExactly(
            "formerModel", "model", "partitions", "rowsIndexed", "segments", "rounds", "seconds");
    assertThat(done.get("formerModel").asText()).isEqualTo(former);
    assertThat(done.get("rowsIndexed").asLong()).isEqualTo(2 * ROWS);
    assertThat(done.get("segments").asInt()).isEqualTo(1);
    assertThat(done.get("rounds").asInt()).isEqualTo(1);
    JsonNode index = index(path);
    assertThat(index.get("model").asText()).isEqualTo(done.get("model").asText());
    assertThat(index.get("model").asText()).isNotEqualTo(former);
    assertThat(index.get("partitions").asInt()).isEqualTo(7);
    assertThat(index.get("codeError").asDouble()).as("its fit is known").isPositive();
    assertThat(call("verify", path, "--index", "vector_idx").exitCode()).isZero();
    assertThat(call("retrain", path, "--index", "vector_idx").out())
        .startsWith("index vector_idx has model ")
        .contains(" instead of " + done.get("model").asText() + ": 2,000 rows in 1 segment, in ");
  }

  /** The only index there is. */
  private static JsonNode index(Path path) throws Exception {
    JsonNode indexes = call("status", path, "--json").json().get("indexes");
    assertThat(indexes).hasSize(1);
    return indexes.get(0);
  }

  private static CommandLineRun call(String command, Path path, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command, "--dataset", path.toString()));
    all.addAll(List.of(arguments));
    return CommandLineRun.of(all.toArray(String[]::new));
  }
}
