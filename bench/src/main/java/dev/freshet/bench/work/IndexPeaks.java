package dev.freshet.bench.work;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.FragmentHistory;
import dev.freshet.state.model.ManifestVersion;
import java.util.stream.Stream;

/** The most segments and live fragments that any version had. */
record IndexPeaks(int segments, int fragments) {

  /**
   * Reads the history.
   *
   * @param since the first version that counts
   */
  static IndexPeaks of(DatasetHandle dataset, long since, String index) {
    try (Stream<ManifestVersion> versions = FragmentHistory.since(dataset, since, index)) {
      return versions
          .map(one -> new IndexPeaks(one.index().segments().size(), one.fragments().size()))
          .reduce(new IndexPeaks(0, 0), IndexPeaks::max);
    }
  }

  private IndexPeaks max(IndexPeaks other) {
    return new IndexPeaks(Math.max(segments, other.segments), Math.max(fragments, other.fragments));
  }
}
