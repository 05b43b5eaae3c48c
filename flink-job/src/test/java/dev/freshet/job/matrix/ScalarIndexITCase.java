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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An index of values that both versions of LanceDB ask while another writer changes the table. */
class ScalarIndexITCase {

  private static final int ROWS = 1200;
  private static final int MORE = 300;
  private static final List<String> SOME = List.of("w3", "w13");
  private static final int ATTEMPTS = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path database;

  /** The word of each row, as the table must have it. */
  private final Map<Integer, String> words = new TreeMap<>();

  private Kind kind = new Kind(ScalarType.BTREE);

  /**
   * What is indexed: the words themselves, or lists of the word and a label that most rows have.
   */
  private record Kind(ScalarType type) {

    String column() {
      return type.isOverLists() ? "labels" : "word";
    }

    String index() {
      return column() + "_idx";
    }
  }

  /**
   * @param taken whether LanceDB makes the index first
   */
  @ParameterizedTest
  @CsvSource({
    "BTREE, true, false",
    "BTREE, false, true",
    "BITMAP, false, false",
    "BITMAP, true, true",
    "LABEL_LIST, false, true",
    "LABEL_LIST, true, false"
  })
  void filtersAreRightWhileRowsComeMoveAndGo(ScalarType type, boolean stableRowIds, boolean taken)
      throws Exception {
    kind = new Kind(type);
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
              type.isOverLists()));
      put(0, ROWS);
      if (taken) {
        newest.act(
            database,
            "index",
            Map.of("kind", type.name(), "column", kind.column(), "partitions", 0));
      }
      try (TestJob job = TestJob.start(stream(), database.resolve("checkpoints"), 2, 0)) {
        for (int round = 0; round < 3; round++) {
          change(newest, round);
          assertRight(newest, "at once, round " + round);
          await(job);
          assertRight(newest, "indexed, round " + round);
          assertRight(older, "indexed, by the older reader, round " + round);
        }
        write(newest, "optimize", Map.of());
        await(job);
        awaitRight(newest, "after its optimize");
        assertRight(older, "after an optimize of the newer");
      }
      CommandLineRun again =
          CommandLineRun.of(
              "run", "--dataset", table().toString(), "--index", kind.index(), "--once");
      assertThat(again.exitCode()).as(again.out() + again.err()).isZero();
      CommandLineRun verified =
          CommandLineRun.of("verify", "--dataset", table().toString(), "--index", kind.index());
      assertThat(verified.exitCode()).as(verified.out() + verified.err()).isZero();
    }
  }

  /** Rows are added, deleted, replaced (half of them new) and given another word. */
  private void change(LanceDb lanceDb, int round) throws IOException {
    int end = ROWS + round * 2 * MORE;
    write(lanceDb, "add", Map.of("from", end, "count", MORE));
    put(end, MORE);
    write(lanceDb, "delete", Map.of("where", "id % 11 = " + round));
    words.keySet().removeIf(id -> id % 11 == round);
    write(lanceDb, "merge", Map.of("from", end + MORE / 2, "count", MORE, "salt", round + 1));
    put(end + MORE / 2, MORE);
    write(lanceDb, "reword", Map.of("where", "id % 13 = " + round));
    words.replaceAll((id, word) -> id % 13 == round ? "other" : word);
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
   * until the stream has seen it.
   */
  private void awaitRight(LanceDb lanceDb, String when) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        assertRight(lanceDb, when);
        return;
      } catch (AssertionError e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(200);
      }
    }
  }

  private void put(int from, int count) {
    for (int id = from; id < from + count; id++) {
      words.put(id, "w" + id % 97);
    }
  }

  private void assertRight(LanceDb lanceDb, String when) throws IOException {
    if (kind.type().isOverLists()) {
      assertLabels(lanceDb, when);
    } else {
      assertWords(lanceDb, when);
    }
  }

  private void assertWords(LanceDb lanceDb, String when) throws IOException {
    assertAnswer(lanceDb, "word = 'other'", (id, word) -> word.equals("other"), when);
    assertAnswer(lanceDb, "word != 'other'", (id, word) -> !word.equals("other"), when);
    assertAnswer(lanceDb, "word in ('w3', 'w13')", (id, word) -> SOME.contains(word), when);
    assertAnswer(
        lanceDb,
        "word >= 'w2' and word < 'w5'",
        (id, word) -> word.compareTo("w2") >= 0 && word.compareTo("w5") < 0,
        when);
    assertAnswer(lanceDb, "word is null", (id, word) -> false, when);
  }

  private void assertLabels(LanceDb lanceDb, String when) throws IOException {
    assertLabels(lanceDb, "array_has(labels, 'other')", list -> list.contains("other"), when);
    assertLabels(lanceDb, "not array_has(labels, 'all')", list -> !list.contains("all"), when);
    assertLabels(
        lanceDb,
        "array_has_any(labels, ['w3', 'w13'])",
        list -> list.stream().anyMatch(SOME::contains),
        when);
    assertLabels(
        lanceDb,
        "array_has_all(labels, ['all', 'w13'])",
        list -> list.containsAll(List.of("all", "w13")),
        when);
    assertAnswer(lanceDb, "labels is null", (id, word) -> labels(id, word).isEmpty(), when);
  }

  private void assertLabels(
      LanceDb lanceDb, String filter, Predicate<List<String>> expected, String when)
      throws IOException {
    assertAnswer(
        lanceDb, filter, (id, word) -> labels(id, word).filter(expected).isPresent(), when);
  }

  /** As the acts make them; empty where they are null. */
  private static Optional<List<String>> labels(int id, String word) {
    if (word.equals("other")) {
      return Optional.of(List.of(word));
    }
    return switch (id % 17) {
      case 5 -> Optional.empty();
      case 6 -> Optional.of(List.of());
      default -> Optional.of(List.of(word, "all"));
    };
  }

  private void assertAnswer(
      LanceDb lanceDb, String filter, BiPredicate<Integer, String> expected, String when)
      throws IOException {
    String right =
        words.entrySet().stream()
            .filter(row -> expected.test(row.getKey(), row.getValue()))
            .map(row -> row.getKey().toString())
            .collect(Collectors.joining(","));
    assertThat(lanceDb.act(database, "filter", Map.of("where", filter)).path("ids").asText())
        .as("%s, %s", filter, when)
        .isEqualTo(right);
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
    try (StoredTable stored = StoredTable.open(table(), kind.index())) {
      return stored.covered().containsAll(stored.live());
    }
  }

  private Path table() {
    return database.resolve("t.lance");
  }

  private Configuration stream() {
    Configuration stream = new Configuration();
    stream.set(FreshetOptions.DATASET, table().toString());
    stream.set(FreshetOptions.COLUMN, kind.column());
    stream.set(FreshetOptions.INDEX_TYPE, kind.type().name());
    stream.set(FreshetOptions.FRESHNESS, Duration.ofMillis(500));
    stream.set(FreshetOptions.COMPACTION_INTERVAL, Duration.ofMillis(500));
    stream.set(FreshetOptions.COMPACTION_FRAGMENTS, 3);
    return stream;
  }
}
