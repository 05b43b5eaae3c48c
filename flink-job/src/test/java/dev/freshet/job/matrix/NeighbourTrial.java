package dev.freshet.job.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.job.cli.CommandLineRun;
import dev.freshet.job.lancedb.LanceDb;
import dev.freshet.job.lancedb.LanceDb.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Runs Freshet over a table that holds something which is not Freshet's. */
final class NeighbourTrial {

  private static final int ROWS = 1000;
  private static final int MORE = 200;

  private final Map<Version, LanceDb> lanceDbs;
  private final LanceDb newest;
  private final Neighbour neighbour;
  private final Path database;
  private final Path table;

  NeighbourTrial(Map<Version, LanceDb> lanceDbs, Neighbour neighbour, Path database) {
    this.lanceDbs = lanceDbs;
    this.newest = lanceDbs.get(Version.V39);
    this.neighbour = neighbour;
    this.database = database;
    this.table = database.resolve("t.lance");
  }

  Outcome run() {
    try {
      make();
      return neighbour.refused() ? refused() : kept();
    } catch (Exception | AssertionError e) {
      return Outcome.of(e);
    }
  }

  private void make() throws IOException {
    act("make", Map.of("rows", ROWS, "storage", "2.1", "stable", false));
    switch (neighbour) {
      case SCALARS -> {
        index("BTREE", "id");
        index("FTS", "word");
      }
      case FTS_OF_LARGE_BLOCKS, FM -> index(neighbour.name(), "word");
      case IVF_RQ -> index(neighbour.name(), CellTrial.COLUMN);
      case WRITE_PATH -> act("lsm", Map.of("from", ROWS, "count", MORE));
    }
    if (neighbour != Neighbour.WRITE_PATH) {
      act("add", Map.of("from", ROWS, "count", MORE));
    }
  }

  private Outcome refused() throws IOException {
    Map<String, Integer> before = files();
    IndexKind wanted = neighbour == Neighbour.IVF_RQ ? IndexKind.BUILT_RQ : IndexKind.BUILT_PQ;
    CommandLineRun run = FreshetRuns.once(table, wanted);
    run.assertWrongInput("_idx");
    assertThat(files()).as("the table's files").isEqualTo(before);
    return Outcome.refused(run.err().strip());
  }

  private Outcome kept() throws IOException {
    String rows = newest.rows(database);
    String indexes = indexes();
    List<String> wrong = new ArrayList<>();
    CommandLineRun run = FreshetRuns.once(table, IndexKind.BUILT_PQ);
    if (run.exitCode() != 0) {
      wrong.add("run: " + CellTrial.last(run));
    }
    if (!newest.rows(database).equals(rows)) {
      wrong.add("rows are " + newest.rows(database) + " after " + rows);
    }
    List<String> there = List.of(indexes().split(",", -1));
    if (!there.contains(CellTrial.INDEX)
        || !there.containsAll(
            Arrays.stream(indexes.split(",")).filter(n -> !n.isEmpty()).toList())) {
      wrong.add("indexes are " + there + " after " + indexes);
    }
    if (neighbour == Neighbour.SCALARS) {
      wrong.addAll(words());
    }
    return Outcome.of(wrong);
  }

  /** The full-text index answers as a scan does, to both. */
  private List<String> words() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (LanceDb lanceDb : lanceDbs.values()) {
      String found = lanceDb.act(database, "words", Map.of()).path("words").asText();
      String there = lanceDb.act(database, "wordsByScan", Map.of()).path("words").asText();
      if (there.isEmpty() || !found.equals(there)) {
        wrong.add("words are found in " + found + " and are in " + there);
      }
      Judgement judgement = Judgement.of(lanceDb, database);
      wrong.addAll(judgement.wrongs(IndexKind.BUILT_PQ, 0));
    }
    return wrong;
  }

  private String indexes() throws IOException {
    return act("indexes", Map.of()).path("indexes").asText();
  }

  /** Every file below the table, by a hash of its bytes. */
  private Map<String, Integer> files() throws IOException {
    Map<String, Integer> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(table)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        hashes.put(table.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return hashes;
  }

  private void index(String kind, String column) throws IOException {
    act("index", Map.of("kind", kind, "column", column, "partitions", FreshetRuns.PARTITIONS));
  }

  private JsonNode act(String act, Map<String, ?> given) throws IOException {
    return newest.act(database, act, given);
  }
}
