package dev.freshet.operators.lance;

import dev.freshet.state.model.ManifestVersion;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.lance.Version;

/** What the versions of a dataset that are still there tell of its past. */
public final class FragmentHistory {

  private FragmentHistory() {}

  /**
   * When a live fragment was committed: the time of the first version that has it, found by
   * bisection, as a fragment that is live has been so since.
   */
  public static Instant committedAt(DatasetHandle handle, int fragment) {
    List<Version> versions = ascending(handle);
    int low = 0;
    int high = versions.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      try (DatasetHandle past = at(handle, versions.get(middle).getId())) {
        boolean there =
            past.dataset().getFragments().stream().anyMatch(one -> one.getId() == fragment);
        low = there ? low : middle + 1;
        high = there ? middle : high;
      }
    }
    return versions.get(low).getDataTime().toInstant();
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
