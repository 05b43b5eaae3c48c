package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.lance.FragmentMetadata;
import org.lance.Version;

/** What the versions of a dataset that are still there tell of its past. */
public final class FragmentHistory {

  private FragmentHistory() {}

  /**
   * When a live fragment was committed: the time of the first version that has it, as far back as
   * versions were kept. Reads few manifests for what is young, however many there are.
   */
  public static Instant committedAt(DatasetHandle handle, int fragment) {
    return committedAt(handle, fragment, 0);
  }

  /**
   * The same, if it is known to be missing in an earlier version; then no manifest before that is
   * read, and none at all if it is the one before.
   */
  public static Instant committedAt(DatasetHandle handle, int fragment, long missing) {
    long first = first(handle, past -> past.fragment(fragment).isPresent(), missing);
    if (first == handle.version()) {
      return committedAt(handle);
    }
    try (DatasetHandle version = at(handle, first)) {
      return committedAt(version);
    }
  }

  private static Instant committedAt(DatasetHandle version) {
    return version.dataset().getVersion().getDataTime().toInstant();
  }

  /**
   * Whether a compaction has carried a committed segment over to fragments that it wrote: then they
   * came in the same version. Unknown, so false, if the version before was cleaned up.
   */
  public static boolean wasRemapped(DatasetHandle handle, String index, CommittedSegment segment) {
    long first =
        first(
            handle,
            past ->
                ManifestReader.segments(past, index).stream()
                    .anyMatch(one -> one.uuid().equals(segment.uuid())),
            0);
    Optional<Coverage> before = find(handle, first - 1, FragmentHistory::live);
    Coverage after = find(handle, first, FragmentHistory::live).orElseThrow();
    return before.map(after::minus).map(segment.coverage()::intersects).orElse(false);
  }

  private static Coverage live(DatasetHandle handle) {
    return Coverage.of(handle.fragments().stream().mapToInt(FragmentMetadata::getId));
  }

  /**
   * The first version in which something is that has been there since, up to the open one: by steps
   * back that double, then by bisection. A version that is gone counts as one without it.
   *
   * @param without a version without it, or 0
   */
  private static long first(DatasetHandle handle, Predicate<DatasetHandle> isThere, long without) {
    long there = handle.version();
    long missing = without;
    for (long step = 1; there - step > missing; step *= 2) {
      if (!find(handle, there - step, isThere::test).orElse(false)) {
        missing = there - step;
        break;
      }
      there -= step;
    }
    while (there - missing > 1) {
      long middle = (there + missing) >>> 1;
      if (find(handle, middle, isThere::test).orElse(false)) {
        there = middle;
      } else {
        missing = middle;
      }
    }
    return there;
  }

  /** What a version tells; empty if it is gone. */
  private static <T> Optional<T> find(
      DatasetHandle handle, long version, Function<DatasetHandle, T> look) {
    if (version < 1) {
      return Optional.empty();
    }
    try (DatasetHandle past = at(handle, version)) {
      return Optional.of(look.apply(past));
    } catch (RuntimeException e) {
      if (LanceErrors.isNotFound(e)) {
        return Optional.empty();
      }
      throw e;
    }
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
