package dev.freshet.operators.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class IndexMetricsTest {

  private static final Instant START = Instant.ofEpochSecond(1000);

  private final Map<String, Gauge<?>> gauges = new HashMap<>();
  private final IndexMetrics metrics =
      new IndexMetrics(new Group(), Clock.fixed(START.plusSeconds(60), ZoneOffset.UTC));

  @Test
  void lagIsThatOfTheFragmentThatIsOpenLongest() {
    assertLag(0, 0);
    metrics.observed(version(1, 10, 0, 1));
    assertLag(50, 1);
    metrics.observed(version(2, 20, 1, 2));
    assertLag(40, 1);
    metrics.observed(version(4, 30, 1, 3));
    assertLag(40, 3);
    metrics.observed(version(5, 40, 3, 3));
    assertLag(0, 0);
  }

  @Test
  void rowsAndFragmentsAddUp() {
    metrics.observed(version(1, 0, 2, 5));
    assertThat(value(MetricNames.COVERED_FRAGMENTS)).isEqualTo(2);
    assertThat(value(MetricNames.UNCOVERED_FRAGMENTS)).isEqualTo(3);
    assertThat(value(MetricNames.COVERED_ROWS)).isEqualTo(200);
    assertThat(value(MetricNames.UNCOVERED_ROWS)).isEqualTo(300);
    assertThat(value(MetricNames.SEGMENTS)).isEqualTo(1);
  }

  private void assertLag(long seconds, long versions) {
    assertThat(value(MetricNames.INDEX_LAG_SECONDS)).isEqualTo(seconds);
    assertThat(value(MetricNames.INDEX_LAG_VERSIONS)).isEqualTo(versions);
  }

  private long value(String name) {
    return (Long) gauges.get(name).getValue();
  }

  /** Fragments of 100 rows, the first of them covered. */
  private static ManifestVersion version(long version, long seconds, int covered, int fragments) {
    List<CommittedSegment> segments =
        covered == 0
            ? List.of()
            : Stream.of(
                    new CommittedSegment(new UUID(0, 1), Coverage.of(IntStream.range(0, covered))))
                .toList();
    return new ManifestVersion(
        version,
        START.plusSeconds(seconds),
        IntStream.range(0, fragments).mapToObj(id -> new Fragment(id, 100, 0, id)).toList(),
        new LogicalIndex("index", segments));
  }

  private final class Group extends UnregisteredMetricsGroup {

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
      gauges.put(name, gauge);
      return gauge;
    }

    @Override
    public MetricGroup addGroup(String name) {
      return this;
    }
  }
}
