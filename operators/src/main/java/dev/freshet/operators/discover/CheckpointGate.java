package dev.freshet.operators.discover;

import java.util.HashMap;
import java.util.Map;

/**
 * Closed to a reader while a checkpoint is under way, and after it until the reader has gone on.
 *
 * <p>Flink would hold back what is assigned during a checkpoint until the reader has taken its
 * snapshot; if the reader's process dies before that, Flink 2.3 forgets the work that it holds, and
 * its next checkpoint waits for it in vain, until it times out.
 *
 * <p>And what is assigned to a reader that the checkpoint has stopped, as it was the savepoint of a
 * stop, fails the job while it stops.
 */
public final class CheckpointGate {

  private static final long NONE = Long.MAX_VALUE;
  private static final long BEFORE_ALL = -1;

  private long underWay = NONE;
  private long complete = BEFORE_ALL;

  /** The checkpoint that each reader has gone on behind. */
  private final Map<Integer, Long> resumed = new HashMap<>();

  public boolean isOpen(int reader) {
    return underWay == NONE && resumed.getOrDefault(reader, BEFORE_ALL) >= complete;
  }

  /** A checkpoint begins. */
  public void begin(long checkpoint) {
    underWay = checkpoint;
  }

  /** A checkpoint is complete. */
  public void complete(long checkpoint) {
    complete = Math.max(complete, checkpoint);
    end(checkpoint);
  }

  /** A checkpoint was given up, so that it has stopped nobody. */
  public void abort(long checkpoint) {
    end(checkpoint);
  }

  private void end(long checkpoint) {
    if (checkpoint >= underWay) {
      underWay = NONE;
    }
  }

  /** A reader reads on behind its snapshot. */
  public void resumed(int reader, ReaderResumed event) {
    resumed.merge(reader, event.checkpoint(), Math::max);
  }

  /**
   * A new reader has seen no checkpoint yet, and what was under way has failed with the old one.
   */
  public void renewed(int reader) {
    underWay = NONE;
    resumed.put(reader, complete);
  }
}
