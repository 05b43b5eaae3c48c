package dev.freshet.lance.write;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LanceDatasets;
import dev.freshet.lance.dataset.LanceErrors;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.WriteParams;

/**
 * Writes batches of rows into new fragments of a dataset, without committing them.
 *
 * <p>A file stays open from batch to batch, so fragments are as large as their sizing and the
 * caller's {@link #finish} allow, while only the batch that is handed over, the one before and the
 * file's open pages are in memory. Lance encodes on its own threads, beside the caller's.
 */
public final class FragmentWriter implements AutoCloseable {

  /** How often a caller that waits looks whether the writing has failed. */
  private static final Duration LOOK = Duration.ofMillis(100);

  private final DatasetLocation location;
  private final Schema schema;
  private final BufferAllocator allocator;
  private final WriteParams params;
  private final ExecutorService thread;
  private Optional<Running> running = Optional.empty();

  private record Running(BatchHandover batches, Future<List<FragmentMetadata>> result) {}

  /**
   * @param dataset it may be closed afterwards, but not the {@link LanceDatasets} it came from
   * @param schema of the batches: the columns of the dataset
   */
  public FragmentWriter(DatasetHandle dataset, Schema schema, FragmentSizing sizing) {
    this.location = dataset.location();
    this.schema = schema;
    this.allocator = dataset.allocator();
    this.params =
        new WriteParams.Builder()
            .withMode(WriteParams.WriteMode.APPEND)
            .withMaxRowsPerFile((int) sizing.maxRows())
            .withMaxBytesPerFile(sizing.maxBytes())
            .withDataStorageVersion(dataset.dataset().getLanceFileFormatVersion())
            .withStorageOptions(location.storageOptions())
            .build();
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread writer = new Thread(task, "fragment-writer");
              writer.setDaemon(true);
              return writer;
            });
  }

  /** An empty batch to fill; the caller closes it. */
  public VectorSchemaRoot newBatch() {
    return VectorSchemaRoot.create(schema, allocator);
  }

  /**
   * Hands a batch over; the caller then releases its buffers and never changes them.
   *
   * @throws IOException if what was handed over before could not be written
   */
  public void write(VectorSchemaRoot batch) throws IOException, InterruptedException {
    if (running.isEmpty()) {
      BatchHandover batches = new BatchHandover(schema, allocator);
      running = Optional.of(new Running(batches, thread.submit(() -> write(batches))));
    }
    Running current = running.get();
    while (!current.batches().offer(batch, LOOK)) {
      failIfEnded(current);
    }
  }

  private List<FragmentMetadata> write(BatchHandover batches) {
    try (ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, batches, stream);
      try {
        return Fragment.write()
            .datasetUri(location.uri())
            .data(stream)
            .writeParams(params)
            .execute();
      } finally {
        releaseIfNotTaken(stream);
      }
    }
  }

  private static void releaseIfNotTaken(ArrowArrayStream stream) {
    if (stream.snapshot().release != 0) {
      stream.release();
    }
  }

  /**
   * Completes the fragments of all batches handed over so far.
   *
   * @throws IOException if they could not be written
   */
  public WrittenFragments finish() throws IOException, InterruptedException {
    if (running.isEmpty()) {
      return new WrittenFragments(List.of());
    }
    Running current = running.get();
    while (!current.batches().offerEnd(LOOK)) {
      failIfEnded(current);
    }
    return result(current);
  }

  private void failIfEnded(Running current) throws IOException, InterruptedException {
    if (current.result().isDone()) {
      result(current);
      throw new IOException("Lance stopped reading the rows for " + location);
    }
  }

  private WrittenFragments result(Running current) throws IOException, InterruptedException {
    try {
      WrittenFragments fragments = new WrittenFragments(current.result().get());
      running = Optional.empty();
      return fragments;
    } catch (ExecutionException e) {
      running = Optional.empty();
      current.batches().close();
      throw new IOException(
          "Cannot write rows to " + location + ": " + LanceErrors.oneLine(e.getCause()),
          e.getCause());
    }
  }

  /** Ends the writing; rows since the last {@link #finish} are lost, and their files too. */
  public void close(DatasetFiles files) throws IOException, InterruptedException {
    try {
      finish().delete(files);
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
