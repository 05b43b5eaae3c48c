package dev.freshet.lance.write;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Batches on their way from the thread that fills them to the native one that encodes them: at most
 * one waits, so that a producer is as slow as its consumer. Nothing is copied.
 */
final class BatchHandover extends ArrowReader {

  private final Schema schema;

  /** An empty value is the end. */
  private final BlockingQueue<Optional<ArrowRecordBatch>> waiting = new ArrayBlockingQueue<>(1);

  BatchHandover(Schema schema, BufferAllocator allocator) {
    super(allocator);
    this.schema = schema;
  }

  /**
   * Offers a batch; its buffers are shared, so the caller may release them, but never change them.
   *
   * @return whether it was taken within the time
   */
  boolean offer(VectorSchemaRoot root, Duration time) throws InterruptedException {
    ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch();
    boolean taken = false;
    try {
      taken = waiting.offer(Optional.of(batch), time.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      if (!taken) {
        batch.close();
      }
    }
    return taken;
  }

  /** Offers the end. */
  boolean offerEnd(Duration time) throws InterruptedException {
    return waiting.offer(Optional.empty(), time.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    try {
      Optional<ArrowRecordBatch> next = waiting.take();
      prepareLoadNextBatch();
      next.ifPresent(this::loadRecordBatch);
      return next.isPresent();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for rows");
    }
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {
    Optional.ofNullable(waiting.poll()).flatMap(batch -> batch).ifPresent(ArrowRecordBatch::close);
  }

  @Override
  protected Schema readSchema() {
    return schema;
  }
}
