package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.lance.manifest.WritePath;
import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.lance.FragmentMetadata;
import org.lance.compaction.Compaction;
import org.lance.compaction.CompactionOptions;
import org.lance.compaction.CompactionTask;
import org.lance.compaction.RewriteResult;
import org.lance.compaction.TaskData;

/**
 * Rewrites small fragments into larger ones, in three steps that may run on different machines.
 *
 * <p>The commit carries the segments that cover rewritten fragments over to the new ones, under new
 * uuids; all others stay as they are. Lance only groups neighbours that the same indexes cover.
 */
public final class DatasetCompaction {

  private DatasetCompaction() {}

  /**
   * What Lance would rewrite in the open version, or the first part of it; nothing of a table with
   * a write path, where Lance's commit ends the process.
   *
   * <p>Lance's own limit of source fragments is not used: of a group that is larger it plans
   * nothing, so that a table that once has so many small fragments is never compacted again.
   *
   * @param targetRows rows that a rewritten fragment aims at
   * @param deletions share of deleted rows above which a fragment is rewritten alone
   * @param most source fragments over all groups: it bounds the memory of the commit
   * @param allowed groups that are not are left out, and do not count
   */
  public static List<CompactionGroup> plan(
      DatasetHandle handle,
      long targetRows,
      double deletions,
      int most,
      Predicate<Coverage> allowed) {
    if (WritePath.isOn(handle)) {
      return List.of();
    }
    CompactionOptions options =
        CompactionOptions.builder()
            .withTargetRowsPerFragment(targetRows)
            .withMaterializeDeletionsThreshold((float) deletions)
            .build();
    List<CompactionGroup> groups = new ArrayList<>();
    int left = most;
    for (CompactionTask task :
        Compaction.planCompaction(handle.dataset(), options).getCompactionTasks()) {
      List<FragmentMetadata> all = task.getTaskData().getFragments();
      List<FragmentMetadata> first = all.subList(0, Math.min(left, all.size()));
      boolean worthwhile = first.size() > 1 || first.size() == all.size();
      if (worthwhile && !first.isEmpty() && allowed.test(coverage(first))) {
        groups.add(new CompactionGroup(handle.version(), coverage(first), targetRows));
        left -= first.size();
      }
    }
    return groups;
  }

  /**
   * Reads the group's fragments and writes new ones; the manifest does not change.
   *
   * @param handle at the version that the group names
   * @throws IllegalArgumentException if it is at another version, or a fragment is not in it
   */
  public static CompactionResult execute(DatasetHandle handle, CompactionGroup group) {
    if (handle.version() != group.version()) {
      throw new IllegalArgumentException(
          "Group " + group.fragments() + " of version " + group.version() + " given " + handle);
    }
    Map<Integer, FragmentMetadata> known =
        handle.fragments().stream()
            .collect(Collectors.toMap(FragmentMetadata::getId, Function.identity()));
    if (!known.keySet().containsAll(group.fragments().toList())) {
      throw new IllegalArgumentException("Not all of " + group.fragments() + " are in " + handle);
    }
    TaskData data = new TaskData(group.fragments().stream().mapToObj(known::get).toList());
    RewriteResult result =
        new CompactionTask(data, group.version(), options(group.targetRows()))
            .execute(handle.dataset());
    return new CompactionResult(
        result.getReadVersion(),
        group.targetRows(),
        result.getOriginalFragments(),
        result.getNewFragments(),
        result.getMetrics(),
        Optional.ofNullable(result.getRowAddrs()));
  }

  /**
   * Puts rewritten fragments into the manifest, in one new version.
   *
   * @param handle the fresh manifest; it moves on to the committed version
   * @param files the files of the same dataset
   * @throws IllegalArgumentException if there are no results
   * @throws UnkeepableIndexException if an index of the dataset would not survive the commit
   */
  public static CommitOutcome commit(
      DatasetHandle handle, DatasetFiles files, List<CompactionResult> results) {
    CommitGuard.check(handle, files);
    if (WritePath.isOn(handle)) {
      return new CommitOutcome.Conflict("A write path has come to " + handle);
    }
    if (results.isEmpty()) {
      throw new IllegalArgumentException("No compaction results to commit");
    }
    Coverage gone =
        Coverage.union(results.stream().map(CompactionResult::replaced))
            .minus(Coverage.of(handle.fragments().stream().mapToInt(FragmentMetadata::getId)));
    if (!gone.isEmpty()) {
      return new CommitOutcome.Conflict("Fragments " + gone + " are no longer in " + handle);
    }
    try {
      Compaction.commitCompaction(
          handle.dataset(),
          results.stream().map(result -> rewrite(handle, result)).toList(),
          options(results.get(0).targetRows()));
      CommitGuard.requireKept(handle.location(), files, handle.version(), Set.of());
      return new CommitOutcome.Committed(handle.version());
    } catch (RuntimeException e) {
      if (LanceErrors.isConflict(e)) {
        return new CommitOutcome.Conflict(LanceErrors.oneLine(e));
      }
      throw e;
    }
  }

  private static RewriteResult rewrite(DatasetHandle handle, CompactionResult result) {
    return new RewriteResult(
        result.metrics(),
        result.rewritten(),
        result.original(),
        RewriteVersion.version(handle, result),
        result.rowAddresses().orElse(null));
  }

  private static CompactionOptions options(long targetRows) {
    return CompactionOptions.builder().withTargetRowsPerFragment(targetRows).build();
  }

  private static Coverage coverage(List<FragmentMetadata> fragments) {
    return Coverage.of(fragments.stream().mapToInt(FragmentMetadata::getId));
  }
}
