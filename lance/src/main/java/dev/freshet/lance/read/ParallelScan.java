package dev.freshet.lance.read;

import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A scan whose batches are worked on by several threads: each reads the next one when it is done
 * with its own, while the others work. Memory: a batch for each.
 */
public final class ParallelScan {

  /** Takes a batch, which stands as long as that takes. Called by one thread. */
  public interface BatchConsumer {
    void accept(VectorBatch batch);
  }

  private final VectorScan scan;
  private final AtomicBoolean failed = new AtomicBoolean();

  private ParallelScan(VectorScan scan) {
    this.scan = scan;
  }

  /**
   * Reads to the end; each batch goes to one of the consumers, in any order.
   *
   * @param consumers one for each thread
   */
  public static void run(VectorScan scan, List<? extends BatchConsumer> consumers)
      throws IOException {
    ParallelScan all = new ParallelScan(scan);
    Parallel.run(consumers.stream().map(one -> (Parallel.Part) () -> all.consume(one)).toList());
  }

  private void consume(BatchConsumer consumer) throws IOException {
    boolean done = false;
    try {
      BatchBuffer buffer = new BatchBuffer();
      for (Optional<VectorBatch> batch = next(buffer); batch.isPresent(); batch = next(buffer)) {
        consumer.accept(batch.get());
      }
      done = true;
    } finally {
      if (!done) {
        failed.set(true);
      }
    }
  }

  private Optional<VectorBatch> next(BatchBuffer buffer) throws IOException {
    synchronized (scan) {
      return failed.get() ? Optional.empty() : scan.next(buffer);
    }
  }
}
