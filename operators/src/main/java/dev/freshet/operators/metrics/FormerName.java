package dev.freshet.operators.metrics;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** A metric that dashboards may still ask for by the name of the release before. */
final class FormerName {

  private FormerName() {}

  /** Registers one counter under both names. */
  static Counter counter(MetricGroup group, String name, String former) {
    Counter counter = group.counter(name);
    return group.counter(former, counter);
  }
}
