package dev.freshet.operators.garbage;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.MissingDatasetException;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.garbage.StoredObject;
import dev.freshet.state.garbage.VersionRetention;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes old versions while a stream runs, and what only they name, on a thread of its own: it
 * reads every manifest that stays, and the stream waits for none of it.
 */
public final class GarbageUpkeep implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GarbageUpkeep.class);

  private final DatasetVersions versions;
  private final GarbageCollector collector;
  private final Duration interval;
  private final ScheduledExecutorService thread;

  private GarbageUpkeep(
      StreamOptions options, VersionRetention retention, Supplier<Set<Long>> needed) {
    DatasetFiles files = StorageAccess.datasetFiles(options.location(), RequestCounter.NONE);
    this.versions = new DatasetVersions(options.location(), ArrowBudget.MANIFEST);
    this.collector =
        new GarbageCollector(
            versions,
            files,
            options.indexStorage(),
            GarbagePolicy.DEFAULT,
            Optional.of(retention),
            needed);
    this.interval = retention.interval();
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread upkeep = new Thread(work, "freshet-garbage-upkeep");
              upkeep.setDaemon(true);
              return upkeep;
            });
  }

  /**
   * The upkeep of a stream; none if it is not asked for, or runs once.
   *
   * @param needed versions that work in flight reads, asked for on the upkeep's thread
   */
  public static Optional<GarbageUpkeep> of(StreamOptions options, Supplier<Set<Long>> needed) {
    return options
        .retention()
        .filter(asked -> !options.once())
        .map(retention -> new GarbageUpkeep(options, retention, needed));
  }

  /** Begins; the first look is after one interval, so that jobs that restart often do not look. */
  public void start() {
    ScheduledFuture<?> unused =
        thread.scheduleWithFixedDelay(
            this::collect, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What fails is tried again the next time. */
  void collect() {
    try {
      List<StoredObject> removed = collector.collect();
      LOG.info("Removed {} old versions and other files", removed.size());
    } catch (MissingDatasetException e) {
      LOG.info("There is no dataset yet: {}", e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.warn("Old versions are not removed this time", e);
    }
  }

  /**
   * Ends after a removal that is under way, for which this waits a few seconds: what the removal
   * uses is closed behind it.
   */
  @Override
  public void close() {
    thread.execute(versions::close);
    thread.shutdown(); // what is scheduled again and again is cancelled by that
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.info("Old versions are still being removed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
