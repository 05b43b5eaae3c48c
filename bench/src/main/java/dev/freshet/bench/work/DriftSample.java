package dev.freshet.bench.work;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * An index after a step of a stream.
 *
 * @param step 0 after the first build
 * @param recallAll recall@10 of queries like all live rows
 * @param recallNewest recall@10 of queries like the rows of the last step
 * @param compares rows in the probed partitions, of a query like all live rows
 * @param models different ones of the segments
 * @param partitions of the model that has most
 * @param seconds from the change of the table until the index was up to date
 * @param cpuSeconds of the process in that time
 * @param peakRssMb most resident memory of the process in that time, MiB
 * @param indexMbWritten index files written since the sample before, MiB
 */
record DriftSample(
    int step,
    double recallAll,
    double recallNewest,
    double compares,
    int segments,
    int models,
    int partitions,
    double seconds,
    double cpuSeconds,
    double peakRssMb,
    double indexMbWritten) {

  DriftSample {
    if (!(recallAll >= 0 && recallAll <= 1) || !(recallNewest >= 0 && recallNewest <= 1)) {
      throw new IllegalArgumentException(
          "Recall is from 0 to 1, not " + recallAll + " and " + recallNewest);
    }
  }

  /** Each value over the steps, by its name. */
  static Map<String, List<Double>> series(List<DriftSample> samples) {
    Map<String, ToDoubleFunction<DriftSample>> values = new HashMap<>();
    values.put("step", DriftSample::step);
    values.put("recallAll", DriftSample::recallAll);
    values.put("recallNewest", DriftSample::recallNewest);
    values.put("compares", DriftSample::compares);
    values.put("segments", DriftSample::segments);
    values.put("models", DriftSample::models);
    values.put("partitions", DriftSample::partitions);
    values.put("seconds", DriftSample::seconds);
    values.put("cpuSeconds", DriftSample::cpuSeconds);
    values.put("peakRssMb", DriftSample::peakRssMb);
    values.put("indexMbWritten", DriftSample::indexMbWritten);
    Map<String, List<Double>> series = new HashMap<>();
    values.forEach(
        (name, value) -> series.put(name, samples.stream().mapToDouble(value).boxed().toList()));
    return series;
  }

  /** For people. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "step %2d: recall %.3f, newest %.3f, %,7.0f compares, %d segments, %d models, %d"
            + " partitions, %5.1f s, %5.1f CPU s, %5.1f MiB written",
        step,
        recallAll,
        recallNewest,
        compares,
        segments,
        models,
        partitions,
        seconds,
        cpuSeconds,
        indexMbWritten);
  }
}
