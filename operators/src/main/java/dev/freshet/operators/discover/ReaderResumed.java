package dev.freshet.operators.discover;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * A reader reads on behind a checkpoint.
 *
 * @param checkpoint the one of its last snapshot
 */
public record ReaderResumed(long checkpoint) implements SourceEvent {

  private static final long serialVersionUID = 1L;
}
