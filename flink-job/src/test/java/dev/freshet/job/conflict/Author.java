package dev.freshet.job.conflict;

import org.lance.operation.Append;
import org.lance.operation.CreateIndex;
import org.lance.operation.Delete;
import org.lance.operation.Operation;
import org.lance.operation.Rewrite;
import org.lance.operation.Update;

/** Who makes a commit, and of what kind it is. */
enum Author {
  APPENDER("appender", "append", Append.class),
  DELETER("deleter", "delete", Delete.class),
  UPDATER("updater", "update of vectors", Update.class),
  REWRITER("rewriter", "update in place", Update.class),
  COMPACTOR("compactor", "compaction", Rewrite.class),
  OPTIMIZER("optimizer", "`optimizeIndices`", CreateIndex.class),
  /** Known by its version of Lance: it compacts, too, so its commits are of several kinds. */
  LANCEDB("LanceDB 0.39.0", "`optimize`", Operation.class),
  PUBLISHER("Freshet", "publish", CreateIndex.class),
  MAINTAINER("Freshet", "compaction", Rewrite.class),
  RECHECKER("Freshet", "withdrawal", CreateIndex.class);

  private final String who;
  private final String what;
  private final Class<? extends Operation> operation;

  Author(String who, String what, Class<? extends Operation> operation) {
    this.who = who;
    this.what = what;
    this.operation = operation;
  }

  /** Lance's name for such a commit. */
  Class<? extends Operation> operation() {
    return operation;
  }

  String who() {
    return who;
  }

  String what() {
    return what;
  }

  boolean isFreshet() {
    return who.equals("Freshet");
  }
}
