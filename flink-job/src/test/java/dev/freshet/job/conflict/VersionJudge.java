package dev.freshet.job.conflict;

import dev.freshet.job.oracle.IndexOracle;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Judges the stream's own commits in the midst of a trial. Lance's own compaction and {@code
 * optimizeIndices} may damage an index until the stream finds the damage, so each commit is judged
 * beside the version before it: it may leave rows wrong that others have made so, and makes none
 * wrong itself.
 */
final class VersionJudge {

  private final IndexOracle oracle;
  private final CommitHistory history;
  private final ConflictReport report;
  private final String where;

  VersionJudge(IndexOracle oracle, CommitHistory history, ConflictReport report, String where) {
    this.oracle = oracle;
    this.history = history;
    this.report = report;
    this.where = where;
  }

  /** Judges one of so many commits of the stream. */
  void judge(int every) throws IOException {
    List<CommitHistory.Commit> own =
        history.commits().stream().filter(commit -> commit.author().get().isFreshet()).toList();
    for (int i = 0; i < own.size(); i += every) {
      judge(own.get(i));
    }
  }

  private void judge(CommitHistory.Commit commit) throws IOException {
    report.judged();
    List<String> wrong = oracle.lookAt(commit.version());
    if (wrong.isEmpty()) {
      return;
    }
    boolean wrongBefore = !oracle.lookAt(commit.version() - 1).isEmpty();
    Set<Long> rows = oracle.wrongRows(commit.version());
    rows.removeAll(oracle.wrongRows(commit.version() - 1));
    if (wrongBefore && rows.isEmpty()) {
      report.damagedByOthers();
    } else if (wasRaced(commit)) {
      report.takenBack();
    } else {
      String made =
          String.format(
              "%s, version %d of %s, %d rows newly wrong",
              where, commit.version(), commit.author().get(), rows.size());
      report.addWrong(made, wrong);
    }
  }

  /** Lance accepts a segment over what was rewritten in place meanwhile; it is taken back then. */
  private boolean wasRaced(CommitHistory.Commit commit) {
    return commit.author().get() == Author.PUBLISHER
        && history.raced(commit)
        && history.isTakenBack(commit.version());
  }
}
