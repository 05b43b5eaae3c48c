package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.lance.Fragment;
import org.lance.Version;

/** What the versions of a dataset that are still there tell of its past. */
public final class FragmentHistory {

  private FragmentHistory() {}

  /** When a live fragment was committed: the time of the first version that has it. */
  public static Instant committedAt(DatasetHandle handle, int fragment) {
    List<Version> versions = ascending(handle);
    int first =
        first(
            handle,
            versions,
            past ->
                past.dataset().getFragments().stream().anyMatch(one -> one.getId() == fragment));
    return versions.get(first).getDataTime().toInstant();
  }

  /**
   * Whether a compaction has carried a committed segment over to fragments that it wrote: then they
   * came in the same version. Unknown, so false, if the version before was cleaned up.
   */
  public static boolean wasRemapped(DatasetHandle handle, String index, CommittedSegment segment) {
    List<Version> versions = ascending(handle);
    int first =
        first(
            handle,
            versions,
            past ->
                ManifestReader.segments(past, index).stream()
                    .anyMatch(one -> one.uuid().equals(segment.uuid())));
    if (first == 0) {
      return false;
    }
    try (DatasetHandle before = at(handle, versions.get(first - 1).getId());
        DatasetHandle after = at(handle, versions.get(first).getId())) {
      Coverage fresh = live(after).minus(live(before));
      return segment.coverage().intersects(fresh);
    }
  }

  private static Coverage live(DatasetHandle handle) {
    return Coverage.of(handle.dataset().getFragments().stream().mapToInt(Fragment::getId));
  }

  /** Where something first is, that has been there since; by bisection. */
  private static int first(
      DatasetHandle handle, List<Version> versions, Predicate<DatasetHandle> isThere) {
    int low = 0;
    int high = versions.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      try (DatasetHandle past = at(handle, versions.get(middle).getId())) {
        boolean there = isThere.test(past);
        low = there ? low : middle + 1;
        high = there ? middle : high;
      }
    }
    return low;
  }

  /** Every version from one on, seen from an index; the oldest first, each opened in its turn. */
  public static Stream<ManifestVersion> since(DatasetHandle handle, long version, String index) {
    return ascending(handle).stream()
        .filter(one -> one.getId() >= version)
        .map(
            one -> {
              try (DatasetHandle past = at(handle, one.getId())) {
                return ManifestReader.read(past, index);
              }
            });
  }

  private static List<Version> ascending(DatasetHandle handle) {
    return handle.dataset().listVersions().stream()
        .sorted(Comparator.comparingLong(Version::getId))
        .toList();
  }

  private static DatasetHandle at(DatasetHandle handle, long version) {
    return new DatasetHandle(handle.location(), handle.dataset().checkoutVersion(version));
  }
}
