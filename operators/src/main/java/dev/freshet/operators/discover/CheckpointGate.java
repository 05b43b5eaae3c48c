package dev.freshet.operators.discover;

/**
 * Closed while a checkpoint of an enumerator is under way.
 *
 * <p>Flink would hold back what is assigned meanwhile until the reader has taken its snapshot; if
 * the reader's process dies before that, Flink 2.3 forgets the work that it holds, and its next
 * checkpoint waits for it in vain, until it times out.
 */
public final class CheckpointGate {

  private static final long NONE = Long.MAX_VALUE;

  private long underWay = NONE;

  public boolean isOpen() {
    return underWay == NONE;
  }

  /** A checkpoint begins. */
  public void close(long checkpoint) {
    underWay = checkpoint;
  }

  /** A checkpoint is complete or was given up; returns whether that opens the gate. */
  public boolean open(long checkpoint) {
    boolean opens = checkpoint >= underWay;
    underWay = opens ? NONE : underWay;
    return opens;
  }

  /** A new reader has seen no checkpoint yet. */
  public void open() {
    underWay = NONE;
  }
}
