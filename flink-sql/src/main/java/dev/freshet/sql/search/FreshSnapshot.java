package dev.freshet.sql.search;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceDatasets;
import dev.freshet.lance.manifest.SnapshotChoice;
import dev.freshet.lance.read.VectorQuery;
import dev.freshet.sql.types.ArrowSchemas;
import java.util.Optional;

/**
 * The version that queries read, exchanged for the latest one when it may be too old, unless one is
 * chosen. A version is closed when the last query that reads it ends.
 */
final class FreshSnapshot implements AutoCloseable {

  /** An open version and who reads it; guarded by the snapshot's lock. */
  private static final class Shared {
    private final DatasetHandle handle;
    private final VectorQuery query;
    private int readers = 1; // the snapshot itself

    private Shared(DatasetHandle handle, VectorQuery query) {
      this.handle = handle;
      this.query = query;
    }
  }

  /** A version that stays open until it is given back. */
  final class Lease implements AutoCloseable {
    private final Shared shared;

    private Lease(Shared shared) {
      this.shared = shared;
    }

    DatasetHandle handle() {
      return shared.handle;
    }

    /** What is asked of the version. */
    VectorQuery query() {
      return shared.query;
    }

    @Override
    public void close() {
      release(shared);
    }
  }

  private final SearchSettings settings;
  private final Optional<SnapshotChoice> version;
  private final long maxAgeNanos;
  private final LanceDatasets datasets = new LanceDatasets(ArrowBudget.SAMPLE);
  private Optional<Shared> current = Optional.empty();
  private long checkedAt;

  FreshSnapshot(SearchSettings settings) {
    this.settings = settings;
    this.version = settings.version();
    this.maxAgeNanos = settings.options().get(SearchOptions.MAX_STALENESS).toNanos();
  }

  /** A version that was the latest no longer ago than the bound. */
  synchronized Lease lease() {
    long now = System.nanoTime();
    if (current.isEmpty() || now - checkedAt >= maxAgeNanos) {
      if (current.isEmpty() || isOutdated(current.get())) {
        Shared latest = openNow();
        current.ifPresent(this::release);
        current = Optional.of(latest);
      }
      checkedAt = now;
    }
    Shared shared = current.get();
    shared.readers++;
    return new Lease(shared);
  }

  private Shared openNow() {
    DatasetHandle handle =
        version.map(this::open).orElseGet(() -> datasets.open(settings.location()));
    try {
      ArrowSchemas.requireReadable(settings.rows(), handle.schema());
      return new Shared(handle, settings.query(handle));
    } catch (RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  private DatasetHandle open(SnapshotChoice chosen) {
    try (DatasetHandle latest = datasets.open(settings.location())) {
      return datasets.open(settings.location(), chosen.resolve(latest));
    }
  }

  private boolean isOutdated(Shared shared) {
    return version.isEmpty() && shared.handle.latestVersion() != shared.handle.version();
  }

  private synchronized void release(Shared shared) {
    shared.readers--;
    if (shared.readers == 0) {
      shared.handle.close();
    }
  }

  /** To be called when no query runs any more. */
  @Override
  public synchronized void close() {
    current.ifPresent(this::release);
    current = Optional.empty();
    datasets.close();
  }
}
