package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong is said in one line, with exit code 2, and nothing is changed. */
class WrongInputTest {

  @TempDir Path directory;

  private IndexedTable table;
  private Map<String, Long> before;

  @BeforeEach
  void createTable() throws IOException {
    table = IndexedTable.create(directory.resolve("t"));
    before = table.files();
  }

  @AfterEach
  void nothingIsChanged() throws IOException {
    assertThat(table.files()).isEqualTo(before);
    assertThat(directory.resolve("checkpoints")).doesNotExist();
    table.close();
  }

  @Test
  void noSuchDataset() {
    String nowhere = directory.resolve("none").toString();
    for (String[] command :
        List.of(
            new String[] {"status"},
            new String[] {"gc", "--dry-run"},
            new String[] {"gc"},
            new String[] {"append"},
            new String[] {"verify", "--index", "vector_idx"},
            new String[] {"run", "--once", "--column", "vector"})) {
      List<String> arguments = new ArrayList<>(List.of(command));
      arguments.addAll(List.of("--dataset", nowhere));
      CommandLineRun.of(arguments.toArray(String[]::new))
          .assertWrongInput(
              "No Lance dataset at " + nowhere + ": check the URI, or create one there first");
    }
    assertThat(directory.resolve("none")).doesNotExist();
  }

  @Test
  void noSuchColumn() {
    run("--column", "embedding")
        .assertWrongInput("No column 'embedding' in " + table.uri() + ": it has id, vector");
  }

  @Test
  void aColumnThatHoldsNoVectors() {
    run("--column", "id")
        .assertWrongInput(
            "Column 'id' of " + table.uri() + " is int64: a vector index needs a fixed_size_list");
  }

  @Test
  void aColumnThatHoldsNoListsOrTexts() {
    run("--column", "id", "--type", "LABEL_LIST")
        .assertWrongInput(
            "Column 'id' of " + table.uri() + " is Int(64, true)",
            "an index of type LABEL_LIST is kept over lists of texts or 64-bit integers");
    run("--column", "id", "--type", "INVERTED")
        .assertWrongInput("an index of type INVERTED is kept over texts");
  }

  @Test
  void unknownIndexType() {
    run("--column", "vector", "--type", "IVF_XY").assertWrongInput("IVF_XY", "IVF_PQ");
  }

  @Test
  void anOptionThatDoesNotExistOrTakesAnotherValue() {
    run("--column", "vector", "--set", "compaction.on=false")
        .assertWrongInput(
            "There is no option 'compaction.on': 'freshet options' prints all of them");
    run("--column", "vector", "--set", "once=true", "--set", "compaction.enabled=perhaps")
        .assertWrongInput(
            "Option compaction.enabled cannot be 'perhaps': 'freshet options' says what it takes");
  }

  @Test
  void unknownMetric() {
    run("--column", "vector", "--metric", "near")
        .assertWrongInput("Unknown metric 'near': use one of l2, cosine, dot");
  }

  @Test
  void subVectorsThatDoNotDivide() {
    run("--column", "vector", "--sub-vectors", "5").assertWrongInput("Column 'vector'", "16", "5");
  }

  @Test
  void subVectorsWhereThereAreNone() {
    run("--column", "vector", "--type", "IVF_FLAT", "--sub-vectors", "8")
        .assertWrongInput("IVF_FLAT has no sub-vectors: leave the option out");
  }

  @Test
  void anotherIndexThanTheExistingOne() throws IOException {
    table.publish(0, 1);
    before = table.files();
    run("--column", "vector", "--metric", "cosine")
        .assertWrongInput(
            "Index vector_idx exists and has metric l2: ask for the same, or give another index"
                + " name");
    run("--column", "vector", "--type", "IVF_FLAT").assertWrongInput("is of type IVF_PQ");
    run("--column", "vector", "--partitions", "3").assertWrongInput("has 4 partitions");
    run("--column", "vector", "--sub-vectors", "4").assertWrongInput("has 8 sub-vectors");
  }

  @Test
  void aTimeThatIsNone() {
    run("--column", "vector", "--freshness", "soon")
        .assertWrongInput("A time is given like 10s or 500ms, not 'soon'");
    run("--column", "vector", "--freshness", "0s")
        .assertWrongInput("Option freshness must be positive, not 0");
  }

  @Test
  void settingsOfTheClusterThatCannotBe() {
    run("--column", "vector", "--parallelism", "0")
        .assertWrongInput("Parallelism must be from 1 to 128, not 0");
    run("--column", "vector", "--state-backend", "paper")
        .assertWrongInput("State backend must be rocksdb or hashmap, not paper");
  }

  @Test
  void aDatasetInAStoreThatIsNotSupported() {
    CommandLineRun.of("status", "--dataset", "gs://bucket/t")
        .assertWrongInput("gs://bucket/t is in a store that is not supported");
  }

  @Test
  void aDirectoryThatIsNotWritable() throws IOException {
    Path dataset = Path.of(table.uri());
    Files.setPosixFilePermissions(dataset, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assumeThat(Files.isWritable(dataset)).as("root may write anywhere").isFalse();
      run("--column", "vector").assertWrongInput("No permission to write to " + table.uri());
    } finally {
      Files.setPosixFilePermissions(dataset, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void noSuchIndex() {
    CommandLineRun.of("verify", "--dataset", table.uri(), "--index", "other")
        .assertWrongInput("No index 'other' in " + table.uri());
  }

  @Test
  void aNewModelThatCannotBe() throws IOException {
    table.publish(0, 1);
    before = table.files();
    retrain("other").assertWrongInput("No index 'other' in " + table.uri());
    retrain(IndexedTable.INDEX, "--type", "BTREE")
        .assertWrongInput("An index of vectors cannot become BTREE");
    retrain(IndexedTable.INDEX, "--type", "IVF_FLAT", "--sub-vectors", "8")
        .assertWrongInput("IVF_FLAT has no sub-vectors: leave the option out");
    retrain(IndexedTable.INDEX, "--sub-vectors", "5").assertWrongInput("Column 'vector'", "5");
    retrain(IndexedTable.INDEX, "--partitions", "2000")
        .assertWrongInput("The dataset has 900 rows, too few to train an index: 2000 are needed");
    CommandLineRun.of("retrain", "--dataset", table.uri())
        .assertWrongInput("Missing required option: '--index=");
  }

  @Test
  void aNameThatAnIndexMayOnlyHaveForAWhile() {
    run("--column", "vector", "--index", "mine.retrain")
        .assertWrongInput(
            "Index mine.retrain has the name of one that is built to replace another");
  }

  private CommandLineRun retrain(String index, String... arguments) {
    List<String> all = new ArrayList<>(List.of("retrain", "--dataset", table.uri()));
    all.addAll(List.of("--index", index));
    all.addAll(List.of(arguments));
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  @Test
  void argumentsThatAreMissingOrUnknown() {
    CommandLineRun.of("run", "--dataset", table.uri())
        .assertWrongInput("Give a column, or the name of an index that exists, to be kept fresh");
    run("--index", "none_idx")
        .assertWrongInput(
            "No index 'none_idx' in "
                + table.uri()
                + ", which has []: give a column, too, to have it made");
    CommandLineRun.of("status", "--dataset", table.uri(), "--colour", "red")
        .assertWrongInput("Unknown option");
    run("--column", "vector", "--partitions", "many").assertWrongInput("--partitions", "many");
    CommandLineRun.of("verify", "--dataset", table.uri(), "--index", "i", "--nprobes", "0")
        .assertWrongInput("0");
  }

  private CommandLineRun run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("run", "--once", "--dataset", table.uri()));
    all.addAll(List.of("--checkpoints", directory.resolve("checkpoints").toUri().toString()));
    all.addAll(List.of(arguments));
    return CommandLineRun.of(all.toArray(String[]::new));
  }
}
