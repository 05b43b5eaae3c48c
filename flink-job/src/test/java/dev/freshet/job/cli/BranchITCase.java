package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.state.model.Coverage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lance.Dataset;
import org.lance.Ref;

/** Datasets whose rows, or index, lie in another one; and one with a tag. */
class BranchITCase {

  private static final long SEED = 59;
  private static final int DIMENSION = IndexedTable.DIMENSION;
  private static final int ROWS = 400;

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);

  /** How the other dataset begins. */
  enum Line {
    BRANCH,
    SHALLOW_CLONE
  }

  @ParameterizedTest
  @EnumSource
  void isIndexedLikeAnyDataset(Line line) throws Exception {
    try (VectorTable table = VectorTable.create(table().toString(), DIMENSION)) {
      table.append(vectors.next(ROWS), ROWS);
    }
    Path begun = begin(line);
    assertIndexes(begun, ROWS);
    try (VectorTable more = VectorTable.open(DatasetLocation.of(begun.toString()))) {
      more.append(vectors.next(ROWS), ROWS);
    }
    assertIndexes(begun, 2L * ROWS);
    JsonNode original =
        CommandLineRun.of("status", "--dataset=" + table(), "--json").json().get("indexes");
    assertThat(original).as("indexes of the dataset it comes from").isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anIndexThatLiesElsewhereIsNotTakenOver(Line line) throws Exception {
    try (IndexedTable indexed = IndexedTable.create(table())) {
      indexed.publish(Coverage.of(0, 1, 2), Coverage.of(0, 1, 2));
    }
    Path begun = begin(line);
    for (String command : List.of("run", "verify")) {
      List<String> arguments = new ArrayList<>(List.of(command, "--dataset=" + begun));
      arguments.addAll(
          command.equals("run")
              ? List.of("--once", "--column=vector")
              : List.of("--index=" + IndexedTable.INDEX));
      CommandLineRun.of(arguments.toArray(String[]::new))
          .assertWrongInput(
              "Index '" + IndexedTable.INDEX + "' of ",
              "lies in the dataset that this is a branch or a clone of: drop it here");
    }
    assertIndexes(begun, 3L * IndexedTable.ROWS, "own_idx");
  }

  @Test
  void aTagIsLeftAsItIs() throws Exception {
    try (VectorTable table = VectorTable.create(table().toString(), DIMENSION)) {
      table.append(vectors.next(ROWS), ROWS);
      with(
          dataset -> {
            dataset.tags().create("release", dataset.version());
            return dataset.version();
          });
      table.append(vectors.next(ROWS), ROWS);
    }
    assertIndexes(table(), 2L * ROWS);
    long tagged =
        with(
            dataset -> {
              try (Dataset release = dataset.checkoutTag("release")) {
                return release.countRows();
              }
            });
    assertThat(tagged).isEqualTo(ROWS);
  }

  private Path table() {
    return directory.resolve("t");
  }

  private Path begin(Line line) {
    Path clone = directory.resolve("clone");
    with(
        dataset -> {
          Ref latest = Ref.ofMain(dataset.version());
          switch (line) {
            case BRANCH -> dataset.createBranch("experiment", latest).close();
            case SHALLOW_CLONE -> dataset.shallowClone(clone.toString(), latest).close();
          }
          return line;
        });
    return line == Line.BRANCH ? table().resolve("tree").resolve("experiment") : clone;
  }

  private <T> T with(Function<Dataset, T> change) {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = Dataset.open().allocator(allocator).uri(table().toString()).build()) {
      return change.apply(dataset);
    }
  }

  private static void assertIndexes(Path dataset, long rows) throws Exception {
    assertIndexes(dataset, rows, IndexedTable.INDEX);
  }

  private static void assertIndexes(Path dataset, long rows, String index) throws Exception {
    CommandLineRun run =
        CommandLineRun.of(
            "run",
            "--once",
            "--dataset=" + dataset,
            "--column=vector",
            "--index=" + index,
            "--type=IVF_FLAT",
            "--partitions=4",
            "--parallelism=1",
            "--state-backend=hashmap");
    assertThat(run.exitCode()).as(run.err()).isZero();
    CommandLineRun verified =
        CommandLineRun.of("verify", "--dataset=" + dataset, "--index=" + index, "--json");
    JsonNode report = verified.json();
    assertThat(report.get("ok").asBoolean()).as(verified.out()).isTrue();
    assertThat(report.get("coverage").asDouble()).isEqualTo(1);
    assertThat(report.get("indexedRows").asLong()).isEqualTo(rows);
  }
}
