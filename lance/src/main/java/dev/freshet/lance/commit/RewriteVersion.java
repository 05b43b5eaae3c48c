package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.state.model.Coverage;
import java.util.Map;
import java.util.stream.Collectors;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.FragmentMetadata;

/**
 * Which manifest version a rewrite of fragments may say it read.
 *
 * <p>Lance refuses a rewrite if an index was committed since the version it read, whatever that
 * index covers; a stream that publishes all the time would rarely compact anything. If the
 * fragments are in the fresh manifest what they were, rows and deletions, the rewrite is one of the
 * fresh manifest too, and its commit remaps the segments of that.
 */
final class RewriteVersion {

  private RewriteVersion() {}

  /** The version of the handle, if the rewrite holds there; otherwise the one that was read. */
  static long version(DatasetHandle fresh, CompactionResult result) {
    return isUnchanged(fresh.dataset(), result) && isTogether(fresh.dataset(), result.replaced())
        ? fresh.version()
        : result.version();
  }

  private static boolean isUnchanged(Dataset dataset, CompactionResult result) {
    Map<Integer, FragmentMetadata> now =
        dataset.getFragments().stream()
            .collect(Collectors.toMap(Fragment::getId, Fragment::metadata));
    return result.original().stream().allMatch(then -> then.equals(now.get(then.getId())));
  }

  /** Each segment of each index covers all of the fragments or none: else it has no remap. */
  private static boolean isTogether(Dataset dataset, Coverage fragments) {
    return dataset.getIndexes().stream()
        .map(segment -> segment.fragments().map(Coverage::of))
        .allMatch(
            covered ->
                covered
                    .filter(it -> it.containsAll(fragments) || !it.intersects(fragments))
                    .isPresent());
  }
}
