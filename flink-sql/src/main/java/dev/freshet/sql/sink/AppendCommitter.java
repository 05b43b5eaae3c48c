package dev.freshet.sql.sink;

import dev.freshet.lance.commit.DroppedColumnException;
import dev.freshet.lance.commit.FragmentAppender;
import dev.freshet.lance.commit.FragmentReplacer;
import dev.freshet.lance.commit.UnkeepableIndexException;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.MissingDatasetException;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.TransactionHistory;
import dev.freshet.lance.read.SelectedRows;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.state.model.AppendToken;
import dev.freshet.state.model.CommitOutcome;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what a completed checkpoint holds, in one version: rows are added, and those of their
 * keys that were there before are deleted.
 *
 * <p>Assumes that anything it is given may have been committed by an earlier attempt, also by that
 * of another job that was started from the same savepoint: it looks for the append's id in the
 * versions since it was gathered. A failure fails the job; the append is in its state.
 */
final class AppendCommitter implements Committer<Append> {

  static final int MAX_ATTEMPTS = 20;

  private static final Logger LOG = LoggerFactory.getLogger(AppendCommitter.class);

  private final SinkSettings settings;
  private final DatasetVersions versions;
  private final DatasetFiles files;

  /** What is committed first may be of an old savepoint; what comes later was just written. */
  private boolean first = true;

  AppendCommitter(SinkSettings settings) {
    this.settings = settings;
    this.versions = new DatasetVersions(settings.location(), ArrowBudget.MANIFEST);
    this.files = StorageAccess.datasetFiles(settings.location(), RequestCounter.NONE);
  }

  @Override
  public void commit(Collection<CommitRequest<Append>> requests) throws IOException {
    for (CommitRequest<Append> request : requests) {
      try {
        commit(request.getCommittable());
      } catch (UnkeepableIndexException | DroppedColumnException e) {
        throw new SuppressRestartsException(e); // trying again would not help
      }
    }
    first = requests.isEmpty() && first;
  }

  private void commit(Append append) throws IOException {
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      try (DatasetHandle dataset = versions.latest()) {
        boolean appended = append.change().isEmpty() || isAppended(dataset, append);
        boolean ended = !append.last() || isEnded(dataset, append);
        if (appended && ended) {
          LOG.info("Checkpoint {} has nothing left to append", append.checkpoint());
          return;
        }
        if (first && !appended) {
          requireFiles(append);
        }
        if (append(dataset, append, appended ? Change.NOTHING : append.change())) {
          return;
        }
      }
    }
    throw new IOException(
        "Rows of checkpoint "
            + append.checkpoint()
            + " for "
            + settings.location()
            + " lost against other writers "
            + MAX_ATTEMPTS
            + " times");
  }

  private void requireFiles(Append append) throws IOException {
    List<String> missing = append.change().fragments().missing(files);
    if (!missing.isEmpty()) {
      throw new IOException(
          "Cannot append the rows of checkpoint "
              + append.checkpoint()
              + ": "
              + missing.get(0)
              + " of "
              + settings.location()
              + " is gone, as the dataset was cleaned up; start without this state and read the"
              + " input again");
    }
  }

  private boolean append(DatasetHandle dataset, Append append, Change change) throws IOException {
    AppendToken token =
        new AppendToken(settings.sink(), append.id(), append.checkpoint(), append.last());
    SelectedRows replaced = replaced(dataset, change.keys());
    CommitOutcome outcome =
        FragmentReplacer.replace(dataset, files, replaced, change.fragments(), token.properties());
    if (outcome instanceof CommitOutcome.Committed committed) {
      LOG.info(
          "Appended {} rows in {} fragments of checkpoint {} for {} of before in version {}",
          change.fragments().rows(),
          change.fragments().count(),
          append.checkpoint(),
          replaced.count(),
          committed.version());
      return true;
    }
    LOG.info("Checkpoint {} is appended again: {}", append.checkpoint(), outcome);
    return false;
  }

  /** Rows of the version that have one of the keys. */
  private SelectedRows replaced(DatasetHandle dataset, Set<RowKey> keys) throws IOException {
    if (keys.isEmpty()) {
      return SelectedRows.none();
    }
    requireReplaceable(dataset);
    PrimaryKey key = settings.primaryKey().orElseThrow();
    return SelectedRows.find(dataset, key.names(), new KeySelection(key, keys));
  }

  /** Another program may have given the table another write path since the job began. */
  private static void requireReplaceable(DatasetHandle dataset) {
    try {
      WritePathCheck.requireNone(dataset);
    } catch (DatasetException e) {
      throw new SuppressRestartsException(e);
    }
  }

  private boolean isAppended(DatasetHandle dataset, Append append) throws IOException {
    try {
      return isThere(dataset, append, token -> token.append().equals(append.id()));
    } catch (MissingDatasetException e) {
      if (FragmentAppender.contains(dataset, append.change().fragments())) {
        return true;
      }
      throw new IOException(
          "Cannot tell whether the rows of checkpoint "
              + append.checkpoint()
              + " were appended: versions of "
              + settings.location()
              + " since "
              + append.since()
              + " were cleaned up; restore from a newer checkpoint",
          e);
    }
  }

  /** The end that this run's index stream waits for, even if the rows are another run's. */
  private boolean isEnded(DatasetHandle dataset, Append append) {
    try {
      return isThere(
          dataset, append, token -> token.last() && token.sink().equals(settings.sink()));
    } catch (MissingDatasetException e) {
      return false;
    }
  }

  private boolean isThere(DatasetHandle dataset, Append append, Predicate<AppendToken> wanted) {
    return TransactionHistory.findBack(
            dataset,
            files,
            append.since(),
            entry -> AppendToken.of(entry.properties()).filter(wanted).isPresent())
        .isPresent();
  }

  @Override
  public void close() {
    versions.close();
  }
}
