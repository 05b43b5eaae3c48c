package dev.freshet.sql.sink;

import dev.freshet.job.StartChecks;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LanceDatasets;
import dev.freshet.lance.dataset.MissingDatasetException;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.write.FragmentWriter;
import dev.freshet.lance.write.WrittenFragments;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.sql.types.ArrowRowWriter;
import dev.freshet.sql.types.ArrowSchemas;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.RowData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes rows into fragments, at most one for each checkpoint unless it grows too large.
 *
 * <p>It assumes nothing of what earlier attempts wrote, and keeps no state: rows that no checkpoint
 * has are sent again. What it has not handed to a checkpoint when it is closed, it deletes.
 */
final class FragmentSinkWriter implements CommittingSinkWriter<RowData, Change> {

  private static final Logger LOG = LoggerFactory.getLogger(FragmentSinkWriter.class);

  /** Three batches of which each buffer may be twice as large as its content, and some room. */
  private static final int BATCHES = 8;

  private static final Duration CREATION = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final SinkSettings settings;
  private final LanceDatasets datasets;
  private final FragmentWriter fragments;
  private final VectorSchemaRoot batch;
  private final ArrowRowWriter rows;
  private final Counter sent;

  private FragmentSinkWriter(
      SinkSettings settings,
      LanceDatasets datasets,
      FragmentWriter fragments,
      SinkWriterMetricGroup metrics) {
    this.settings = settings;
    this.datasets = datasets;
    this.fragments = fragments;
    this.batch = fragments.newBatch();
    this.rows = new ArrowRowWriter(settings.rows(), batch);
    this.sent = metrics.getNumRecordsSendCounter();
  }

  /**
   * Opens the dataset; if there is none, the first writer creates it and the others wait for that.
   *
   * @throws SuppressRestartsException if the table does not fit the dataset: trying again is no use
   */
  static FragmentSinkWriter open(SinkSettings settings, int subtask, SinkWriterMetricGroup metrics)
      throws IOException {
    LanceDatasets datasets =
        new LanceDatasets(Math.max(ArrowBudget.MANIFEST, BATCHES * settings.batchBytes()));
    try (DatasetHandle dataset =
        subtask == 0
            ? datasets.openOrCreate(settings.location(), settings.schema())
            : awaitDataset(datasets, settings.location())) {
      WritePathCheck.check(settings, dataset);
      Schema schema = ArrowSchemas.inOrderOf(dataset.schema(), settings.schema());
      if (subtask == 0 && settings.indexed()) {
        checkIndex(settings);
      }
      FragmentWriter fragments = new FragmentWriter(dataset, schema, settings.sizing());
      return new FragmentSinkWriter(settings, datasets, fragments, metrics);
    } catch (ValidationException | DatasetException e) {
      datasets.close();
      throw new SuppressRestartsException(
          new IOException("Cannot insert into " + settings.location() + ": " + e.getMessage(), e));
    }
  }

  private static void checkIndex(SinkSettings settings) throws IOException {
    StreamOptions stream = StreamOptions.from(settings.indexStream());
    try (DatasetVersions versions = new DatasetVersions(stream.location(), ArrowBudget.MANIFEST)) {
      new StartChecks(stream)
          .check(versions)
          .ifPresent(remark -> LOG.info("Index {}: {}", stream.index().name(), remark));
    }
  }

  private static DatasetHandle awaitDataset(LanceDatasets datasets, DatasetLocation location)
      throws IOException {
    long deadline = System.nanoTime() + CREATION.toNanos();
    while (true) {
      try {
        return datasets.open(location);
      } catch (MissingDatasetException e) {
        if (System.nanoTime() > deadline) {
          throw new IOException("The first writer did not create " + location, e);
        }
        sleep();
      }
    }
  }

  private static void sleep() throws IOException {
    try {
      Thread.sleep(LOOK.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for the dataset");
    }
  }

  @Override
  public void write(RowData row, Context context) throws IOException, InterruptedException {
    write(row);
  }

  /** Adds a row, of whatever kind. */
  void write(RowData row) throws IOException, InterruptedException {
    rows.write(row);
    sent.inc();
    if (rows.bytes() >= settings.batchBytes()) {
      handOver();
    }
  }

  private void handOver() throws IOException, InterruptedException {
    rows.finish();
    fragments.write(batch);
    rows.reset();
  }

  @Override
  public void flush(boolean endOfInput) {}

  @Override
  public Collection<Change> prepareCommit() throws IOException, InterruptedException {
    WrittenFragments written = complete();
    return written.isEmpty() ? List.of() : List.of(Change.append(written));
  }

  /** Completes the fragments of all rows so far. */
  WrittenFragments complete() throws IOException, InterruptedException {
    if (rows.rows() > 0) {
      handOver();
    }
    return fragments.finish();
  }

  /** Deletes fragments that were completed and that no checkpoint has. */
  void discard(WrittenFragments unused) {
    try {
      unused.delete(files());
    } catch (IOException | IllegalArgumentException e) {
      warnOfRemains(e);
    }
  }

  private DatasetFiles files() {
    return StorageAccess.datasetFiles(settings.location(), RequestCounter.NONE);
  }

  private void warnOfRemains(Exception failure) {
    LOG.warn(
        "Files of rows that no checkpoint has stay in {} until a cleanup",
        settings.location(),
        failure);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    batch.close();
    try {
      fragments.close(files());
    } catch (IOException | IllegalArgumentException e) {
      warnOfRemains(e);
    } finally {
      fragments.close();
      datasets.close();
    }
  }
}
