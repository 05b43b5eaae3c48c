package dev.freshet.operators.discover;

import dev.freshet.operators.wire.Work;
import org.apache.flink.api.connector.source.SourceSplit;

/** One piece of work as Flink's source framework hands it to the reader. */
record WorkSplit(long sequence, Work work) implements SourceSplit {

  @Override
  public String splitId() {
    return Long.toString(sequence);
  }
}
