package dev.freshet.job.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.cli.CommandLineRun;
import dev.freshet.job.lancedb.LanceDb;
import dev.freshet.job.lancedb.LanceDb.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.lance.Dataset;
import org.lance.compaction.CompactionOptions;

/** Runs one cell: a table is made and indexed, changed, and kept fresh; then all judge. */
final class CellTrial {

  static final String COLUMN = "vector";
  static final String INDEX = "vector_idx";

  private static final int ROWS = 1000;
  private static final int APPENDED = 120;
  private static final int CHANGED_FROM = 2 * ROWS;
  private static final int STRANGE_FROM = 3 * ROWS;

  /** How far the values of strange rows are from those of others, that are about 1. */
  private static final int AWAY = 8;

  private static final int MOST_KINDS = 24;
  private static final int KINDS_AT_ONCE = 4;

  private static final int MERGED = 160;
  private static final int SALT = 9;
  private static final long LARGE_FRAGMENT = 100_000;

  /** The end of Lance 7's optimize of an index with entries of deleted rows whose ids stay. */
  private static final String LANCE_7_FAILS = "batch.num_rows() != chunk.len()";

  private final Map<Version, LanceDb> lanceDbs;
  private final Cell cell;
  private final Path database;
  private final Path table;
  private String remark = "";

  /**
   * Prepares a trial.
   *
   * @param database a directory of its own
   */
  CellTrial(Map<Version, LanceDb> lanceDbs, Cell cell, Path database) {
    this.lanceDbs = lanceDbs;
    this.cell = cell;
    this.database = database;
    this.table = database.resolve("t.lance");
  }

  Outcome run() {
    try {
      Outcome outcome = Outcome.of(wrongs());
      return new Outcome(outcome.verdict(), outcome.text() + remark);
    } catch (Exception | AssertionError e) {
      return Outcome.of(e);
    }
  }

  private List<String> wrongs() throws Exception {
    double taken = make();
    List<String> wrong = new ArrayList<>(freshet());
    Judgement indexed = Judgement.of(lanceDbs.get(Version.V39), database);
    indexed.wrongs(cell.index(), taken).forEach(what -> wrong.add("at first to 39: " + what));
    change();
    Judgement changed = Judgement.of(lanceDbs.get(cell.writer()), database);
    wrong.addAll(freshet());
    double before = Math.min(indexed.recall(), changed.recall());
    wrong.addAll(judge(before, changed.rows()));
    return wrong;
  }

  /** Makes the table; the answer is the recall of the index that it has. */
  private double make() throws IOException {
    LanceDb maker = lanceDbs.get(cell.maker());
    maker.act(
        database, "make", Map.of("rows", ROWS, "storage", cell.storage(), "stable", cell.stable()));
    if (!cell.index().taken()) {
      return 0;
    }
    maker.act(
        database,
        "index",
        Map.of(
            "kind",
            cell.index().type().name(),
            "column",
            COLUMN,
            "partitions",
            FreshetRuns.PARTITIONS));
    double recall = Judgement.of(maker, database).recall();
    maker.act(database, "add", Map.of("from", ROWS, "count", APPENDED));
    return recall;
  }

  private List<String> freshet() {
    CommandLineRun run = FreshetRuns.once(table, cell.index());
    return run.exitCode() == 0 ? List.of() : List.of("run: " + last(run));
  }

  static String last(CommandLineRun run) {
    List<String> lines = (run.out() + run.err()).lines().toList();
    return run.exitCode() + " " + (lines.isEmpty() ? "" : lines.get(lines.size() - 1));
  }

  private List<String> judge(double before, String rows) throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<Version, LanceDb> judge : lanceDbs.entrySet()) {
      String name = judge.getKey().number();
      Judgement judgement = Judgement.of(judge.getValue(), database);
      judgement.wrongs(cell.index(), before).forEach(what -> wrong.add("to " + name + ": " + what));
      if (!judgement.rows().equals(rows)) {
        wrong.add("rows to " + name + ": " + judgement.rows() + " after " + rows);
      }
    }
    LanceCoreJudge.judge(table)
        .wrongs(cell.index(), before)
        .forEach(what -> wrong.add("to lance-core: " + what));
    CommandLineRun verified = FreshetRuns.verify(table);
    if (verified.exitCode() != 0) {
      wrong.add("verify: " + verified.out().strip().replace('\n', '|'));
    }
    return wrong;
  }

  private void change() throws Exception {
    switch (cell.change()) {
      case APPEND -> append();
      case DELETE -> {
        act("delete", Map.of("where", "id % 3 = 0"));
        append();
      }
      case UPDATE -> {
        act("update", Map.of("ids", List.of(3, 400, 401, 900), "salt", SALT));
        act("reword", Map.of("where", "id % 10 = 3"));
        append();
      }
      case MERGE_INSERT -> merge();
      case OPTIMIZE -> {
        append();
        optimize();
        act("add", Map.of("from", CHANGED_FROM + APPENDED, "count", APPENDED));
      }
      case DELETE_OPTIMIZE -> {
        deleteMost();
        optimize();
        append();
      }
      case MERGE_OPTIMIZE -> {
        merge();
        optimize();
        append();
      }
      case DELETE_COMPACT -> {
        deleteMost();
        compact();
      }
      case MERGE_COMPACT -> {
        merge();
        compact();
      }
      case DRIFT -> {
        drift(1);
        append();
      }
      case DRIFT_OPTIMIZE -> {
        drift(1);
        append();
        optimize();
        merge();
      }
      case GIVE_WAY_OPTIMIZE -> {
        giveWay();
        drift(MOST_KINDS + 1);
        append();
        optimize();
        merge();
      }
      case FRESHET_COMPACT -> {
        deleteMost();
        FreshetRuns.compact(table, cell.index().type(), database.resolve("checkpoints"));
      }
    }
  }

  /** The model grows, so that the index has two. */
  private void drift(int kind) throws IOException {
    int before = FreshetRuns.mostPartitions(table);
    addStrange(kind);
    assertThat(freshet()).isEmpty();
    assertThat(FreshetRuns.mostPartitions(table))
        .as("partitions of the model that has most")
        .isGreaterThan(before);
  }

  /**
   * Kinds of rows come and go, some at a time, until another model has the place of the first.
   * Those that came last stay for a while: with all its rows a grown model is gone, too.
   */
  private void giveWay() throws IOException {
    Set<String> first = FreshetRuns.origins(table);
    int kind = 1;
    while (!Collections.disjoint(first, FreshetRuns.origins(table))) {
      assertThat(kind).as("kinds of rows").isLessThan(MOST_KINDS);
      int before = kind - KINDS_AT_ONCE;
      for (int last = kind + KINDS_AT_ONCE; kind < last; kind++) {
        addStrange(kind);
      }
      act("delete", Map.of("where", "id >= " + STRANGE_FROM + " AND id < " + firstId(before)));
      assertThat(freshet()).isEmpty();
    }
    assertThat(FreshetRuns.origins(table)).hasSize(1);
  }

  private void addStrange(int kind) throws IOException {
    act("add", Map.of("from", firstId(kind), "count", APPENDED, "away", kind * AWAY));
  }

  private static int firstId(int kind) {
    return STRANGE_FROM + kind * APPENDED;
  }

  private void append() throws IOException {
    act("add", Map.of("from", CHANGED_FROM, "count", APPENDED));
  }

  /**
   * Lance 7 fails by itself at some indexes; the table is as it was then, and Freshet must keep
   * that right too.
   */
  private void optimize() throws IOException {
    try {
      act("optimize", Map.of());
    } catch (IOException e) {
      if (cell.writer() != Version.V30
          || !cell.stable()
          || !e.getMessage().contains(LANCE_7_FAILS)) {
        throw e;
      }
      remark = ", though LanceDB could not optimize";
    }
  }

  private void deleteMost() throws IOException {
    act("delete", Map.of("where", "id % 3 != 0"));
  }

  private void merge() throws IOException {
    act("merge", Map.of("from", ROWS - MERGED / 2, "count", MERGED, "salt", SALT));
  }

  private void compact() {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = Dataset.open().allocator(allocator).uri(table.toString()).build()) {
      dataset.compact(
          CompactionOptions.builder().withTargetRowsPerFragment(LARGE_FRAGMENT).build());
    }
  }

  private void act(String act, Map<String, ?> given) throws IOException {
    lanceDbs.get(cell.writer()).act(database, act, given);
  }
}
