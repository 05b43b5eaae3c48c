package dev.freshet.lance.dataset;

import java.lang.ref.SoftReference;
import java.time.ZonedDateTime;
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

  /**
   * The time tells a version from the one of the same number in a dataset that was there before.
   */
  private record Key(long version, Optional<ZonedDateTime> committedAt) {}

  private SoftReference<Map<Key, List<FragmentMetadata>>> known =
      new SoftReference<>(new LinkedHashMap<>());

  /** The fragments of the open version, in Lance's order. */
  synchronized List<FragmentMetadata> of(Dataset dataset) {
    Map<Key, List<FragmentMetadata>> latest =
        Optional.ofNullable(known.get()).orElseGet(LinkedHashMap::new);
    Key key = key(dataset);
    List<FragmentMetadata> fragments =
        Optional.ofNullable(latest.remove(key))
            .orElseGet(() -> dataset.getFragments().stream().map(Fragment::metadata).toList());
    if (latest.size() == MAX_VERSIONS) {
      latest.remove(latest.keySet().iterator().next()); // that was asked for longest ago
    }
    latest.put(key, fragments);
    known = new SoftReference<>(latest);
    return fragments;
  }

  /** A detached version has a number of its own, and no time. */
  private static Key key(Dataset dataset) {
    long version = dataset.version();
    return new Key(
        version, version < 0 ? Optional.empty() : Optional.of(dataset.getVersion().getDataTime()));
  }
}
