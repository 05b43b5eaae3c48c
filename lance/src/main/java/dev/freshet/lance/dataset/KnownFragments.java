package dev.freshet.lance.dataset;

import java.lang.ref.SoftReference;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.FragmentMetadata;

/**
 * The fragments of the versions of a dataset that were asked for last. Lance takes 20 µs for each
 * fragment to hand it over, and several stages look at each new version.
 *
 * <p>Memory: about 1 KB for a fragment, with stable row ids more, as the metadata holds them; of
 * {@value #MAX_VERSIONS} versions at most, and given back when the heap is short. Thread-safe.
 */
final class KnownFragments {

  private static final int MAX_VERSIONS = 2;

  /** Lance takes three times as long for a fragment that is asked for alone. */
  private static final int MAX_DIFFERING = 256;

  /** The fragments of a version, and what tells which of them a later one has changed. */
  private record Known(List<FragmentMetadata> fragments, Optional<FragmentDigests> digests) {}

  private final DatasetLocation location;
  private SoftReference<Map<VersionKey, Known>> known = new SoftReference<>(new LinkedHashMap<>());

  KnownFragments(DatasetLocation location) {
    this.location = location;
  }

  /** The fragments of the open version, in Lance's order. */
  synchronized List<FragmentMetadata> of(Dataset dataset) {
    Map<VersionKey, Known> latest = Optional.ofNullable(known.get()).orElseGet(LinkedHashMap::new);
    VersionKey key = VersionKey.of(dataset);
    Known found =
        Optional.ofNullable(latest.remove(key)).orElseGet(() -> read(dataset, key, latest));
    if (latest.size() == MAX_VERSIONS) {
      latest.remove(latest.keySet().iterator().next()); // that was asked for longest ago
    }
    latest.put(key, found);
    known = new SoftReference<>(latest);
    return found.fragments();
  }

  /** Asks Lance for those that no known version has, if they are few, else for all. */
  private Known read(Dataset dataset, VersionKey key, Map<VersionKey, Known> others) {
    Optional<FragmentDigests> digests =
        FragmentDigests.of(location, key.version())
            .filter(file -> key.committedAt().map(ZonedDateTime::toInstant).equals(file.time()));
    Optional<List<FragmentMetadata>> differing =
        digests.flatMap(
            now ->
                others.values().stream()
                    .filter(before -> before.digests().isPresent())
                    .reduce((earlier, later) -> later)
                    .flatMap(before -> differing(dataset, before, now)));
    return new Known(differing.orElseGet(() -> all(dataset)), digests);
  }

  private static List<FragmentMetadata> all(Dataset dataset) {
    return dataset.getFragments().stream().map(Fragment::metadata).toList();
  }

  /** Those of the known version, but for what differs; empty if that is too much. */
  private static Optional<List<FragmentMetadata>> differing(
      Dataset dataset, Known before, FragmentDigests now) {
    Map<Integer, FragmentMetadata> same = new HashMap<>();
    Map<Integer, Long> digests = before.digests().orElseThrow().byId();
    for (FragmentMetadata fragment : before.fragments()) {
      Long digest = now.byId().get(fragment.getId());
      if (digest != null && digest.equals(digests.get(fragment.getId()))) {
        same.put(fragment.getId(), fragment);
      }
    }
    if (now.byId().size() - same.size() > MAX_DIFFERING) {
      return Optional.empty();
    }
    return Optional.of(
        now.byId().keySet().stream()
            .map(
                id ->
                    Optional.ofNullable(same.get(id))
                        .orElseGet(() -> dataset.getFragment(id).metadata()))
            .toList());
  }
}
