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

  private static final class Latest extends LinkedHashMap<Key, List<FragmentMetadata>> {
    private static final long serialVersionUID = 1L;

    Latest() {
      super(MAX_VERSIONS, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, List<FragmentMetadata>> eldest) {
      return size() > MAX_VERSIONS;
    }
  }

  private SoftReference<Latest> known = new SoftReference<>(new Latest());

  /** The fragments of the open version, in Lance's order. */
  synchronized List<FragmentMetadata> of(Dataset dataset) {
    Latest latest = known.get();
    if (latest == null) {
      latest = new Latest();
      known = new SoftReference<>(latest);
    }
    long version = dataset.version();
    boolean isDetached = version < 0; // with a number of its own, and without a time
    Key key =
        new Key(
            version,
            isDetached ? Optional.empty() : Optional.of(dataset.getVersion().getDataTime()));
    return latest.computeIfAbsent(
        key, any -> dataset.getFragments().stream().map(Fragment::metadata).toList());
  }
}
