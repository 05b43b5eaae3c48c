package dev.freshet.job.conflict;

import dev.freshet.operators.metrics.MetricNames;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.testutils.InMemoryReporter;

/** Freshet's counters of a job in this process. */
final class JobMetrics {

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

  private static boolean isFreshets(MetricGroup group) {
    String[] scope = group.getScopeComponents();
    return scope.length > 0 && scope[scope.length - 1].equals(MetricNames.GROUP);
  }
}
