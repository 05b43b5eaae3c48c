package dev.freshet.job.crash;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/** What happens to a stream in its life. */
enum Fault {
  TASK_MANAGER_KILL(8),
  ALL_TASK_MANAGERS_KILL(1),
  JOB_MANAGER_KILL(2),
  DELETES(3),
  UPDATE(3),
  UPDATE_IN_PLACE(3),
  COMPACTION(3),
  OPTIMIZE(3),
  LANCEDB_OPTIMIZE(3);

  private final int weight;

  Fault(int weight) {
    this.weight = weight;
  }

  static Fault draw(SplittableRandom random) {
    int all = 0;
    for (Fault fault : values()) {
      all += fault.weight;
    }
    int left = random.nextInt(all);
    for (Fault fault : values()) {
      left -= fault.weight;
      if (left < 0) {
        return fault;
      }
    }
    throw new IllegalStateException("Weights do not add up");
  }

  /** Lets it happen. */
  void strike(CrashCluster cluster, Churn churn) throws IOException, InterruptedException {
    switch (this) {
      case TASK_MANAGER_KILL -> kill(cluster.members().living(CrashPoint.Role.TASK_MANAGER), 1);
      case ALL_TASK_MANAGERS_KILL ->
          kill(cluster.members().living(CrashPoint.Role.TASK_MANAGER), Integer.MAX_VALUE);
      case JOB_MANAGER_KILL -> kill(cluster.members().living(CrashPoint.Role.JOB_MANAGER), 1);
      case DELETES -> churn.delete();
      case UPDATE -> churn.update();
      case UPDATE_IN_PLACE -> churn.updateInPlace();
      case COMPACTION -> churn.compact();
      case OPTIMIZE -> churn.optimize();
      case LANCEDB_OPTIMIZE -> churn.optimizeByLanceDb();
    }
  }

  /** The oldest first. */
  private static void kill(List<Member> members, int most) throws InterruptedException {
    for (Member member : members.subList(0, Math.min(most, members.size()))) {
      member.process().destroyForcibly().waitFor();
    }
  }
}
