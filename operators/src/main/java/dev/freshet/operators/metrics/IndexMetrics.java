package dev.freshet.operators.metrics;

import dev.freshet.state.model.ManifestVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What DiscoverFragments reports: how far the index is behind its dataset.
 *
 * <p>The lag is that of the fragment that is uncovered longest, from the commit of the version it
 * was first seen in. What was open when the job started counts from the version that was the latest
 * then.
 */
public final class IndexMetrics {

  /** The version a fragment was first seen in. */
  private record Seen(long version, Instant committedAt) {}

  /** What the gauges show; replaced as a whole, as a reporter reads from another thread. */
  private record Status(
      long version,
      long coveredRows,
      long uncoveredRows,
      long coveredFragments,
      long uncoveredFragments,
      long segments,
      Optional<Seen> oldest) {}

  private final Clock clock;
  private final Counter failures;
  private Map<Integer, Seen> open = new HashMap<>();
  private volatile Status status = new Status(0, 0, 0, 0, 0, 0, Optional.empty());

  public IndexMetrics(MetricGroup group, Clock clock) {
    this.clock = clock;
    MetricGroup freshet = group.addGroup(MetricNames.GROUP);
    failures = freshet.counter(MetricNames.MANIFEST_FAILURES);
    gauge(freshet, MetricNames.COVERED_ROWS, Status::coveredRows);
    gauge(freshet, MetricNames.UNCOVERED_ROWS, Status::uncoveredRows);
    gauge(freshet, MetricNames.COVERED_FRAGMENTS, Status::coveredFragments);
    gauge(freshet, MetricNames.UNCOVERED_FRAGMENTS, Status::uncoveredFragments);
    gauge(freshet, MetricNames.SEGMENTS, Status::segments);
    gauge(freshet, MetricNames.INDEX_LAG_SECONDS, this::lagSeconds);
    gauge(freshet, MetricNames.INDEX_LAG_VERSIONS, IndexMetrics::lagVersions);
  }

  private void gauge(MetricGroup group, String name, ToLongFunction<Status> value) {
    group.gauge(name, (Gauge<Long>) () -> value.applyAsLong(status));
  }

  private long lagSeconds(Status now) {
    return now.oldest()
        .map(seen -> Math.max(0, Duration.between(seen.committedAt(), clock.instant()).toSeconds()))
        .orElse(0L);
  }

  private static long lagVersions(Status now) {
    return now.oldest().map(seen -> now.version() - seen.version() + 1).orElse(0L);
  }

  /** The latest manifest was read. */
  public void observed(ManifestVersion manifest) {
    Seen latest = new Seen(manifest.version(), manifest.committedAt());
    Map<Integer, Seen> stillOpen = new HashMap<>();
    manifest.uncovered().stream()
        .forEach(fragment -> stillOpen.put(fragment, open.getOrDefault(fragment, latest)));
    open = stillOpen;
    long covered = manifest.liveRows(manifest.covered());
    status =
        new Status(
            manifest.version(),
            covered,
            manifest.liveRows() - covered,
            manifest.fragments().size() - stillOpen.size(),
            stillOpen.size(),
            manifest.index().segments().size(),
            stillOpen.values().stream()
                .min((one, other) -> Long.compare(one.version(), other.version())));
  }

  /** The manifest could not be read. */
  public void failed() {
    failures.inc();
  }
}
