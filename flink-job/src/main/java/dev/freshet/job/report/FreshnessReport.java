package dev.freshet.job.report;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.FragmentHistory;
import dev.freshet.state.model.ManifestVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long appended fragments took from their commit to the first version whose index covers them,
 * by the times of the versions themselves. Fragments that a compaction wrote are covered from their
 * first version on and do not count.
 */
public record FreshnessReport(List<Duration> ascending) {

  public FreshnessReport {
    ascending = ascending.stream().sorted().toList();
  }

  /**
   * Reads the history.
   *
   * @param since version from which on appends count
   */
  public static FreshnessReport of(DatasetHandle dataset, long since, String index) {
    Map<Integer, Instant> open = new HashMap<>();
    List<Duration> delays = new ArrayList<>();
    try (Stream<ManifestVersion> versions = FragmentHistory.since(dataset, since, index)) {
      versions.forEach(version -> follow(version, open, delays));
    }
    return new FreshnessReport(delays);
  }

  private static void follow(
      ManifestVersion version, Map<Integer, Instant> open, List<Duration> delays) {
    for (int fragment : version.covered().toList()) {
      Optional.ofNullable(open.remove(fragment))
          .ifPresent(committed -> delays.add(Duration.between(committed, version.committedAt())));
    }
    version.uncovered().stream()
        .forEach(fragment -> open.putIfAbsent(fragment, version.committedAt()));
  }

  /**
   * The delay that the given share of the fragments did not exceed; zero if there were none.
   *
   * @param share from 0 to 1
   */
  public Duration percentile(double share) {
    return ascending.isEmpty()
        ? Duration.ZERO
        : ascending.get((int) Math.ceil(share * ascending.size()) - 1);
  }
}
