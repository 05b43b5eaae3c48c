package dev.freshet.job.matrix;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.job.lancedb.LanceDb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an index answers at full probe, beside brute force over the rows of the table.
 *
 * @param rows the table's rows, as one text to be compared
 * @param answers rows answered when ten are asked for, on average
 * @param recall of ten, by the index alone
 * @param refined recall of ten, with candidates compared exactly
 * @param twice ids that come twice when all rows are asked for
 * @param missing ids of the table that do not come then
 * @param alien ids that come then and are not in the table
 * @param unindexed rows that no segment covers
 * @param usesIndex whether the plan searches the index
 */
record Judgement(
    String rows,
    double answers,
    double recall,
    double refined,
    int twice,
    int missing,
    int alien,
    int unindexed,
    boolean usesIndex) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int K = 10;

  /** Recall that differs by so much is equal: other queries would differ more. */
  private static final double NOISE = 0.08;

  private static final double REFINED = 0.97;
  private static final double GRAPH_REFINED = 0.9;

  /** What the index answers to a version of LanceDB. */
  static Judgement of(LanceDb lanceDb, Path database) throws IOException {
    return JSON.treeToValue(lanceDb.act(database, "judge", Map.of()), Judgement.class);
  }

  /**
   * What is wrong; empty if nothing is.
   *
   * @param before recall of the index before, at least
   */
  List<String> wrongs(IndexKind kind, double before) {
    List<String> wrong = new ArrayList<>();
    check(wrong, usesIndex, "the index is not used");
    check(wrong, unindexed == 0, unindexed + " rows are not indexed");
    check(wrong, twice == 0, twice + " ids come twice");
    check(wrong, alien == 0, alien + " ids are not in the table");
    switch (kind.answers()) {
      case EXACT -> {
        check(wrong, recall == 1, "recall " + recall);
        check(wrong, missing == 0, missing + " ids do not come");
        check(wrong, answers == K, answers + " answers of ten");
      }
      case BY_CODES -> {
        check(wrong, recall >= before - NOISE, "recall " + recall + " after " + before);
        each(wrong);
      }
      case BY_DRAWN_CODES -> each(wrong);
      case BY_GRAPH -> check(wrong, refined >= GRAPH_REFINED, "refined recall " + refined);
    }
    return wrong;
  }

  /** Every row comes, and is found when candidates are compared exactly. */
  private void each(List<String> wrong) {
    check(wrong, refined >= REFINED, "refined recall " + refined);
    check(wrong, missing == 0, missing + " ids do not come");
    check(wrong, answers == K, answers + " answers of ten");
  }

  private static void check(List<String> wrong, boolean right, String otherwise) {
    if (!right) {
      wrong.add(otherwise);
    }
  }
}
