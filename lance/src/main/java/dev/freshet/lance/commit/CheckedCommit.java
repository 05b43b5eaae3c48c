package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.state.model.CommitOutcome;
import java.util.Set;
import java.util.UUID;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Transaction;

/** Commits transactions that leave every index that they do not name as it was. */
final class CheckedCommit {

  /**
   * How often Lance tries to get its manifest in before others. It sleeps between two tries, for up
   * to 4 times a commit's time first and twice as long each next time, while writers that begin do
   * not wait at all: with its default of 20 tries a commit beside seven writers slept for half a
   * minute. Here the author decides again instead.
   */
  private static final int TRIES = 3;

  private CheckedCommit() {}

  /**
   * Commits; that another writer was faster is no error.
   *
   * @param files the files of the same dataset
   * @param removed indexes that the transaction removes
   * @throws UnkeepableIndexException if an index of the handle's version would not survive it
   */
  static CommitOutcome execute(
      DatasetHandle handle, DatasetFiles files, Transaction transaction, Set<UUID> removed) {
    CommitGuard.check(handle, files);
    long version;
    try (Dataset committed =
        new CommitBuilder(handle.dataset()).maxRetries(TRIES).execute(transaction)) {
      version = committed.version();
    } catch (RuntimeException e) {
      if (LanceErrors.isConflict(e)) {
        return new CommitOutcome.Conflict(LanceErrors.oneLine(e));
      }
      throw e;
    }
    if (version > handle.version() + 1) { // others came between, behind the check
      CommitGuard.requireKept(handle.location(), files, version, removed);
    }
    return new CommitOutcome.Committed(version);
  }
}
