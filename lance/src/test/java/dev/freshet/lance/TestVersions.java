package dev.freshet.lance;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.DetachedVersion;
import java.util.List;
import java.util.Map;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Ref;
import org.lance.Transaction;
import org.lance.cleanup.CleanupPolicy;
import org.lance.operation.CreateIndex;

/** Versions beside the main line of a dataset: branches, clones, and detached ones. */
public final class TestVersions {

  private static final CreateIndex NOTHING =
      CreateIndex.builder().withNewIndices(List.of()).withRemovedIndices(List.of()).build();

  private final TestDataset dataset;

  public TestVersions(TestDataset dataset) {
    this.dataset = dataset;
  }

  /** A branch of the latest version. */
  public DatasetLocation branch(String name) {
    try (DatasetHandle handle = dataset.open()) {
      handle.dataset().createBranch(name, Ref.ofMain(handle.version())).close();
    }
    return DatasetLocation.of(dataset.path().resolve("tree").resolve(name).toString());
  }

  /** A shallow clone of the latest version, beside the dataset. */
  public DatasetLocation shallowClone(String name) {
    String path = dataset.path().resolveSibling(name).toString();
    try (DatasetHandle handle = dataset.open()) {
      handle.dataset().shallowClone(path, Ref.ofMain(handle.version())).close();
    }
    return DatasetLocation.of(path);
  }

  /** A version, of a dataset or a branch, that changes nothing and has properties. */
  public void commit(DatasetLocation location, Map<String, String> properties) {
    try (DatasetHandle handle = dataset.datasets().open(location);
        Transaction transaction =
            new Transaction.Builder()
                .readVersion(handle.version())
                .operation(NOTHING)
                .transactionProperties(properties)
                .build()) {
      new CommitBuilder(handle.dataset()).execute(transaction).close();
    }
  }

  /** A detached version without indexes, whose transaction has one property; it is left there. */
  public long detach(String property) {
    try (DatasetHandle handle = dataset.open();
        Transaction transaction =
            new Transaction.Builder()
                .readVersion(handle.version())
                .operation(NOTHING)
                .transactionProperties(Map.of(property, "x"))
                .build();
        Dataset detached =
            new CommitBuilder(handle.dataset()).detached(true).execute(transaction)) {
      return detached.version();
    }
  }

  /** Lance's own cleanup of all versions but the latest. */
  public void forgetTheOld() {
    try (DatasetHandle handle = dataset.open()) {
      handle
          .dataset()
          .cleanupWithPolicy(
              CleanupPolicy.builder()
                  .withBeforeVersion(handle.version())
                  .withErrorIfTaggedOldVersions(false)
                  .build());
    }
  }

  public boolean canOpen(DatasetHandle handle, long detached) {
    boolean[] opened = new boolean[1];
    DetachedVersion.read(handle, detached, version -> opened[0] = true);
    return opened[0];
  }
}
