package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.read.SelectedRows;
import dev.freshet.lance.write.WrittenFragments;
import dev.freshet.state.model.CommitOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.Transaction;
import org.lance.operation.Update;

/**
 * Commits written fragments in place of rows that are there: the rows are deleted and the fragments
 * added in one version.
 *
 * <p>It is the {@code Update} transaction and not Lance's merge-insert, because only a transaction
 * carries properties, so that a replay finds what it committed already. It says nothing of how
 * fields changed, so every index takes the new fragments for uncovered.
 */
public final class FragmentReplacer {

  private FragmentReplacer() {}

  /**
   * Deletes the rows and adds the fragments. Another writer that changed one of the rows' fragments
   * since the handle's version makes it a conflict; deletion files that were written for nothing
   * are left to a cleanup.
   *
   * @param files the files of the same dataset
   * @param replaced rows of the handle's version
   * @param properties what the transaction tells of its origin
   * @throws DroppedColumnException if a column of the fragments was dropped since they were written
   */
  public static CommitOutcome replace(
      DatasetHandle handle,
      DatasetFiles files,
      SelectedRows replaced,
      WrittenFragments fragments,
      Map<String, String> properties) {
    if (replaced.isEmpty()) {
      return FragmentAppender.append(handle, files, fragments, properties);
    }
    FragmentAppender.requireColumns(handle, fragments);
    try (Transaction transaction =
        new Transaction.Builder()
            .readVersion(handle.version())
            .operation(update(handle, replaced, fragments))
            .transactionProperties(properties)
            .build()) {
      return CheckedCommit.execute(handle, files, transaction, Set.of());
    }
  }

  private static Update update(
      DatasetHandle handle, SelectedRows replaced, WrittenFragments fragments) {
    List<FragmentMetadata> remaining = new ArrayList<>();
    List<Long> gone = new ArrayList<>();
    replaced
        .offsets()
        .forEach(
            (id, offsets) ->
                delete(handle.dataset().getFragment(id), offsets)
                    .ifPresentOrElse(remaining::add, () -> gone.add((long) id)));
    return Update.builder()
        .removedFragmentIds(gone)
        .updatedFragments(remaining)
        .newFragments(fragments.metadata())
        .build();
  }

  /** The fragment without the rows; empty if none is left. */
  private static Optional<FragmentMetadata> delete(Fragment fragment, List<Integer> offsets) {
    return Optional.ofNullable(fragment.deleteRows(offsets));
  }
}
