package dev.freshet.job.report;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.FragmentHistory;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Looks again and again how far an index has come. A look at a version that it knows costs one
 * request. Not thread-safe.
 */
public final class IndexWatch {

  private final DatasetVersions versions;
  private final String index;
  private final InstantSource clock;
  private Optional<IndexProgress> last = Optional.empty();
  private Coverage live = Coverage.empty();
  private Optional<Open> oldest = Optional.empty();

  /** The oldest fragment that is not covered. */
  private record Open(int fragment, Instant committedAt) {}

  public IndexWatch(DatasetVersions versions, String index) {
    this(versions, index, InstantSource.system());
  }

  IndexWatch(DatasetVersions versions, String index, InstantSource clock) {
    this.versions = versions;
    this.index = index;
    this.clock = clock;
  }

  /** How far it is in the latest version. */
  public IndexProgress look() {
    long latest = versions.latestVersion();
    if (last.isEmpty() || last.get().version() != latest) {
      try (DatasetHandle dataset = versions.latest()) {
        ManifestVersion manifest = ManifestReader.read(dataset, index);
        oldest = oldest(dataset, manifest);
        live = manifest.live();
        last = Optional.of(IndexProgress.of(manifest, Duration.ZERO));
      }
    }
    Duration lag =
        oldest
            .map(open -> Duration.between(open.committedAt(), clock.instant()))
            .orElse(Duration.ZERO);
    return last.get().after(lag);
  }

  private Optional<Open> oldest(DatasetHandle dataset, ManifestVersion manifest) {
    OptionalInt first = manifest.uncovered().first();
    if (first.isEmpty()) {
      return Optional.empty();
    }
    int fragment = first.getAsInt();
    return oldest
        .filter(known -> known.fragment() == fragment)
        .or(() -> Optional.of(new Open(fragment, committedAt(dataset, fragment))));
  }

  /** One that was not there at the last look came later. */
  private Instant committedAt(DatasetHandle dataset, int fragment) {
    long missing =
        last.filter(seen -> !live.contains(fragment)).map(IndexProgress::version).orElse(0L);
    return FragmentHistory.committedAt(dataset, fragment, missing);
  }
}
