package dev.freshet.job.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freshet.job.TestJob;
import dev.freshet.job.cli.CommandLineRun;
import dev.freshet.job.lancedb.LanceDb;
import dev.freshet.job.lancedb.LanceDb.Version;
import dev.freshet.job.lancedb.LanceDbInstallation;
import dev.freshet.job.oracle.StoredTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.ScalarType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An index of values that both versions of LanceDB ask while another writer changes the table. */
class ScalarIndexITCase {

  private static final int ROWS = 1200;
  private static final int MORE = 300;
  private static final int ATTEMPTS = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path database;

  private ScalarQuestions questions;

  /**
   * @param taken whether LanceDB makes the index first
   */
  @ParameterizedTest
  @CsvSource({
    "BTREE, false, true",
    "BITMAP, true, true",
    "LABEL_LIST, true, false",
    "INVERTED, false, true",
    "INVERTED, true, false"
  })
  void filtersAreRightWhileRowsComeMoveAndGo(ScalarType type, boolean stableRowIds, boolean taken)
      throws Exception {
    questions = new ScalarQuestions(type, taken, database);
    assumeTrue(LanceDbInstallation.isPossible(), "npm and node on Linux with x86-64 are needed");
    Path installation = LanceDbInstallation.install();
    try (LanceDb newest = LanceDb.start(installation, Version.V39);
        LanceDb older = LanceDb.start(installation, Version.V30)) {
      newest.act(
          database,
          "make",
          Map.of(
              "rows",
              ROWS,
              "storage",
              "2.1",
              "stable",
              stableRowIds,
              "labels",
              type.isOverLists() || type.isOverWords()));
      questions.put(0, ROWS);
      if (taken) {
        newest.act(
            database,
            "index",
            Map.of("kind", type.name(), "column", questions.column(), "partitions", 0));
      }
      try (TestJob job = TestJob.start(stream(type), database.resolve("checkpoints"), 2, 0)) {
        for (int round = 0; round < 3; round++) {
          change(newest, round);
          if (!type
              .isOverWords()) { // Lance 7 is wrong by itself about texts that no segment covers
            questions.assertRight(newest, "at once, round " + round);
          }
          await(job);
          questions.assertRight(newest, "indexed, round " + round);
          questions.assertRight(older, "indexed, by the older reader, round " + round);
          String when = "indexed, filtered by the older reader, round " + round;
          awaitRight(() -> questions.assertFilteredSearch(older, when));
        }
        write(newest, "optimize", Map.of());
        await(job);
        awaitRight(() -> questions.assertRight(newest, "after its optimize"));
        questions.assertRight(older, "after an optimize of the newer");
      }
      CommandLineRun again =
          CommandLineRun.of("run", "--dataset", table().toString(), "--index", index(), "--once");
      assertThat(again.exitCode()).as(again.out() + again.err()).isZero();
      CommandLineRun verified =
          CommandLineRun.of("verify", "--dataset", table().toString(), "--index", index());
      assertThat(verified.exitCode()).as(verified.out() + verified.err()).isZero();
    }
  }

  /** Rows are added, deleted, replaced (half of them new) and given another word. */
  private void change(LanceDb lanceDb, int round) throws IOException {
    int end = ROWS + round * 2 * MORE;
    write(lanceDb, "add", Map.of("from", end, "count", MORE));
    questions.put(end, MORE);
    write(lanceDb, "delete", Map.of("where", "id % 11 = " + round));
    questions.delete(id -> id % 11 == round);
    write(lanceDb, "merge", Map.of("from", end + MORE / 2, "count", MORE, "salt", round + 1));
    questions.put(end + MORE / 2, MORE);
    write(lanceDb, "reword", Map.of("where", "id % 13 = " + round));
    questions.reword(id -> id % 13 == round);
  }

  /** As its users do, LanceDB tries again when the stream's compaction was faster. */
  private void write(LanceDb lanceDb, String act, Map<String, ?> given) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        lanceDb.act(database, act, given);
        return;
      } catch (IOException e) {
        if (attempt == ATTEMPTS || !e.getMessage().contains("Retryable commit conflict")) {
          throw e;
        }
      }
    }
  }

  /**
   * With stable row ids an optimize leaves entries of rows that were updated, which are answers
   * until the stream has seen it. Beside compactions an index of words has two segments for a
   * moment.
   */
  private void awaitRight(Question question) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        question.ask();
        return;
      } catch (AssertionError e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(200);
      }
    }
  }

  /** What fails unless the answer is right. */
  @FunctionalInterface
  private interface Question {
    void ask() throws IOException;
  }

  private String index() {
    return questions.column() + "_idx";
  }

  private void await(TestJob job) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isCovered()) {
      if (job.status().isGloballyTerminalState() || System.nanoTime() > deadline) {
        throw new AssertionError("The index does not cover all rows: " + job.failure());
      }
      Thread.sleep(100);
    }
  }

  private boolean isCovered() {
    try (StoredTable stored = StoredTable.open(table(), index())) {
      return stored.covered().containsAll(stored.live());
    }
  }

  private Path table() {
    return database.resolve("t.lance");
  }

  private Configuration stream(ScalarType type) {
    Configuration stream = new Configuration();
    stream.set(FreshetOptions.DATASET, table().toString());
    stream.set(FreshetOptions.COLUMN, questions.column());
    stream.set(FreshetOptions.INDEX_TYPE, type.name());
    stream.set(FreshetOptions.FRESHNESS, Duration.ofMillis(500));
    stream.set(FreshetOptions.COMPACTION_INTERVAL, Duration.ofMillis(500));
    stream.set(FreshetOptions.COMPACTION_FRAGMENTS, 3);
    return stream;
  }
}
