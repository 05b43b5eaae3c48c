package dev.freshet.operators.discover;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;

/**
 * A reader that tells its enumerator when it reads on behind a checkpoint, see {@link
 * CheckpointGate}.
 *
 * <p>Flink ends a reader that stops with a savepoint before it takes that snapshot, and never polls
 * it again: only one that goes on says so.
 */
@SuppressWarnings("try") // Flink declares what close throws
public final class ResumingReader<T, S extends SourceSplit> implements SourceReader<T, S> {

  private final SourceReader<T, S> reader;
  private final SourceReaderContext context;
  private OptionalLong unsaid = OptionalLong.empty();

  /** Complete as long as there is something to say, so that Flink polls. */
  private CompletableFuture<Void> toSay = new CompletableFuture<>();

  public ResumingReader(SourceReader<T, S> reader, SourceReaderContext context) {
    this.reader = reader;
    this.context = context;
  }

  @Override
  public void start() {
    reader.start();
  }

  @Override
  public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
    if (unsaid.isPresent()) {
      context.sendSourceEventToCoordinator(new ReaderResumed(unsaid.getAsLong()));
      unsaid = OptionalLong.empty();
      toSay = new CompletableFuture<>();
    }
    return reader.pollNext(output);
  }

  @Override
  public List<S> snapshotState(long checkpoint) {
    unsaid = OptionalLong.of(checkpoint);
    toSay.complete(null);
    return reader.snapshotState(checkpoint);
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    CompletableFuture<Void> available = reader.isAvailable();
    return available.isDone()
        ? available
        : CompletableFuture.anyOf(available, toSay).thenAccept(done -> {});
  }

  @Override
  public void addSplits(List<S> splits) {
    reader.addSplits(splits);
  }

  @Override
  public void notifyNoMoreSplits() {
    reader.notifyNoMoreSplits();
  }

  @Override
  public void handleSourceEvents(SourceEvent event) {
    reader.handleSourceEvents(event);
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) throws Exception {
    reader.notifyCheckpointComplete(checkpoint);
  }

  @Override
  public void notifyCheckpointAborted(long checkpoint) throws Exception {
    reader.notifyCheckpointAborted(checkpoint);
  }

  @Override
  public void close() throws Exception {
    reader.close();
  }
}
