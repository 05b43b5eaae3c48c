package dev.freshet.job.conflict;

import dev.freshet.job.oracle.IndexOracle;
import java.io.IOException;
import java.util.List;

/**
 * Judges versions in the midst of a trial. Lance's own compaction and {@code optimizeIndices} may
 * damage an index, until the stream finds the damage and withdraws the segment; so what is wrong is
 * traced back to the version that made it so, and only one of the stream's own is a violation.
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

  /** Judges each version whose number is a multiple. */
  void judge(int every) throws IOException {
    long right = 0;
    for (CommitHistory.Commit commit : history.commits()) {
      if (commit.version() % every == 0) {
        report.judged();
        List<String> wrong = oracle.lookAt(commit.version());
        if (!wrong.isEmpty()) {
          blame(right, commit.version(), wrong);
        }
        right = commit.version();
      }
    }
  }

  /** Lance accepts a segment over what was rewritten in place meanwhile; it is taken back then. */
  private boolean wasRaced(long version) {
    CommitHistory.Commit commit = history.commit(version);
    return commit.author().filter(author -> author == Author.PUBLISHER).isPresent()
        && history.raced(commit)
        && history.isTakenBack(version);
  }

  private void blame(long right, long version, List<String> wrong) throws IOException {
    long first = version;
    while (first - 1 > right && !oracle.lookAt(first - 1).isEmpty()) {
      first--;
    }
    String author = history.author(first).map(Author::toString).orElse("nobody known");
    System.out.println(
        where
            + ": version "
            + version
            + " is wrong since "
            + first
            + " of "
            + author
            + ": "
            + wrong);
    if (wasRaced(first)) {
      report.takenBack();
    } else if (history.author(first).map(Author::isFreshet).orElse(true)) {
      report.addWrong(
          where + ", version " + version + ", wrong since " + first + " of " + author, wrong);
    } else {
      report.damagedByOthers();
    }
  }
}
