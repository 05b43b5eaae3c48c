package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LanceDatasets;
import dev.freshet.lance.dataset.MissingDatasetException;
import dev.freshet.state.model.LogicalIndex;
import java.util.Optional;

/** The versions of one dataset; keeps the pinned one that was asked for last open for the next. */
public final class DatasetVersions implements AutoCloseable {

  private final DatasetLocation location;
  private final LanceDatasets datasets;
  private Optional<DatasetHandle> open = Optional.empty();

  /**
   * @param arrowBytes most bytes of Arrow buffers at a time
   */
  public DatasetVersions(DatasetLocation location, long arrowBytes) {
    this.location = location;
    this.datasets = new LanceDatasets(arrowBytes);
  }

  /** The handle of a version; valid until another one is asked for. */
  public DatasetHandle at(long version) {
    if (open.isEmpty() || open.get().version() != version) {
      release();
      open = Optional.of(datasets.open(location, version));
    }
    return open.get();
  }

  /** Whether a version has not been cleaned up. */
  public boolean has(long version) {
    try (DatasetHandle found = datasets.open(location, version)) {
      return found.version() == version;
    } catch (MissingDatasetException e) {
      return false;
    }
  }

  /** The latest version; the caller closes it. */
  public DatasetHandle latest() {
    return datasets.open(location);
  }

  /** Number of the latest version: one request, once any version is open. */
  public long latestVersion() {
    if (open.isEmpty()) {
      open = Optional.of(latest());
    }
    return open.get().latestVersion();
  }

  /** An index as the latest version has it. */
  public LogicalIndex latestIndex(String name) {
    try (DatasetHandle latest = latest()) {
      return ManifestReader.read(latest, name).index();
    }
  }

  private void release() {
    open.ifPresent(DatasetHandle::close);
    open = Optional.empty();
  }

  @Override
  public void close() {
    release();
    datasets.close();
  }
}
