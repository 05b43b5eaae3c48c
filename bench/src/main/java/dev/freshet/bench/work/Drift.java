package dev.freshet.bench.work;

/** How the vectors of a stream change from step to step, and which rows leave. */
enum Drift {
  /** All clusters move slowly. */
  WALK(0.1f, 0),
  /** All rows of a step are of new clusters. */
  TOPICS(0, 10),
  /** New clusters each step, and of the oldest rows as many are deleted once there are some. */
  WINDOW(0, 10),
  /** Clusters come and go: more new ones each step, and their rows are deleted soon. */
  CHURN(0, DriftStream.CLUSTERS / 10),
  /** Nothing changes. */
  NONE(0, 0);

  private static final int WINDOW_FULL = 3;

  private final float move;
  private final int renewed;

  /**
   * @param move how far each cluster moves in a step, in each dimension
   * @param renewed clusters that a step's rows are of, all new; 0 keeps the clusters
   */
  Drift(float move, int renewed) {
    this.move = move;
    this.renewed = renewed;
  }

  /** Changes the clusters for the next step. */
  void apply(MovingClusters clusters) {
    if (move > 0) {
      clusters.move(move);
    }
    if (renewed > 0) {
      clusters.renew(renewed);
    }
  }

  /**
   * Steps whose number of rows is deleted so far, from the oldest on.
   *
   * @param step from 1 on; that many were inserted after the first rows
   */
  int deleted(int step) {
    return switch (this) {
      case WALK, TOPICS, NONE -> 0;
      case WINDOW -> Math.max(0, step - WINDOW_FULL + 1);
      case CHURN -> step + 1;
    };
  }
}
