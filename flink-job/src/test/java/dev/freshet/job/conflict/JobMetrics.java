package dev.freshet.job.conflict;

import dev.freshet.operators.metrics.MetricNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.testutils.InMemoryReporter;

/** Freshet's counters of a job in this process, as long as it runs. */
final class JobMetrics {

  private static final List<String> COMMITTER =
      List.of(
          MetricNames.COMMIT_ATTEMPTS,
          MetricNames.COMMIT_CONFLICTS,
          MetricNames.SEGMENTS_PUBLISHED,
          MetricNames.SEGMENTS_REPLANNED,
          MetricNames.SEGMENTS_LEFT,
          MetricNames.SEGMENTS_VERIFIED,
          MetricNames.VERIFICATIONS_FAILED,
          MetricNames.VERIFICATION_MILLIS,
          MetricNames.SEGMENTS_RECHECKED,
          MetricNames.SEGMENTS_WITHDRAWN,
          MetricNames.COMPACTIONS_COMMITTED);

  private final InMemoryReporter reporter = InMemoryReporter.create();

  /** What a cluster needs so that its jobs report here. */
  Configuration configuration() {
    return reporter.addToConfiguration(new Configuration());
  }

  /** A counter of the one job, summed over its tasks; 0 before they run. */
  long count(String name) {
    return reporter.getMetricsByGroup().entrySet().stream()
        .filter(group -> isFreshets(group.getKey()))
        .map(group -> group.getValue().get(name))
        .filter(Counter.class::isInstance)
        .mapToLong(counter -> ((Counter) counter).getCount())
        .sum();
  }

  /** What the committer has done so far, by metric. */
  Map<String, Long> ofCommitter() {
    Map<String, Long> counts = new LinkedHashMap<>();
    COMMITTER.forEach(name -> counts.put(name, count(name)));
    return counts;
  }

  private static boolean isFreshets(MetricGroup group) {
    String[] scope = group.getScopeComponents();
    return scope.length > 0 && scope[scope.length - 1].equals(MetricNames.GROUP);
  }
}
