package dev.freshet.operators.metrics;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What TrainModel reports. */
public final class TrainingMetrics {

  private final Counter models;
  private final Counter grown;
  private final Counter millis;

  public TrainingMetrics(MetricGroup group) {
    MetricGroup freshet = group.addGroup(MetricNames.GROUP);
    models = freshet.counter(MetricNames.MODELS_TRAINED);
    grown = freshet.counter(MetricNames.MODELS_GROWN);
    millis = freshet.counter(MetricNames.TRAINING_MILLIS);
  }

  public void trained(long took) {
    models.inc();
    millis.inc(took);
  }

  /** New partitions were tried. */
  public void tried(long took) {
    millis.inc(took);
  }

  /** The model has grown. */
  public void grown() {
    grown.inc();
  }
}
