package dev.freshet.operators;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Counters by their names, whatever the group. */
public final class RecordedMetrics {

  private final Map<String, Counter> counters = new HashMap<>();

  public MetricGroup group() {
    return new Group();
  }

  /** The count; 0 if nothing registered it. */
  public long count(String name) {
    if (!counters.containsKey(name)) {
      throw new IllegalArgumentException("Nobody counts " + name + " among " + counters.keySet());
    }
    return counters.get(name).getCount();
  }

  private final class Group extends UnregisteredMetricsGroup {

    @Override
    public Counter counter(String name) {
      return counters.computeIfAbsent(name, key -> new SimpleCounter());
    }

    @Override
    public MetricGroup addGroup(String name) {
      return this;
    }
  }
}
