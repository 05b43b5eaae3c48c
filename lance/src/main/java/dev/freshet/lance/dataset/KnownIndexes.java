package dev.freshet.lance.dataset;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lance.Dataset;
import org.lance.index.Index;

/**
 * The indexes of the versions of a dataset that were asked for last. Lance hands each fragment over
 * that a segment covers, and several stages ask several times for each new version.
 *
 * <p>Memory: 20 bytes for each fragment of a segment, of {@value #MAX_VERSIONS} versions at most.
 * Thread-safe.
 */
final class KnownIndexes {

  private static final int MAX_VERSIONS = 2;

  private final Map<VersionKey, List<Index>> known = new LinkedHashMap<>();

  /** The indexes of the open version, each segment an entry, in Lance's order. */
  synchronized List<Index> of(Dataset dataset) {
    VersionKey key = VersionKey.of(dataset);
    List<Index> found = known.remove(key);
    if (found == null) {
      found = List.copyOf(dataset.getIndexes());
      if (known.size() == MAX_VERSIONS) {
        known.remove(known.keySet().iterator().next()); // that was asked for longest ago
      }
    }
    known.put(key, found);
    return found;
  }
}
