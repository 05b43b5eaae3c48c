package dev.freshet.bench.work;

import dev.freshet.bench.process.Measurement;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What the steps of a stream come to. */
final class DriftSummary {

  private DriftSummary() {}

  /**
   * Times and bytes are of the steps after the first build.
   *
   * @param samples the first is of that build
   * @param rows inserted in all
   */
  static Measurement of(List<DriftSample> samples, long rows) {
    List<DriftSample> steps = samples.subList(1, samples.size());
    DriftSample first = samples.get(0);
    DriftSample last = samples.get(samples.size() - 1);
    return new Measurement(
            rows,
            sum(steps, DriftSample::seconds),
            sum(steps, DriftSample::cpuSeconds),
            steps.stream().mapToDouble(DriftSample::peakRssMb).max().orElse(0),
            Map.of(
                "recallAll", last.recallAll(),
                "recallAllLeast", least(steps, DriftSample::recallAll),
                "recallNewest", last.recallNewest(),
                "recallNewestLeast", least(steps, DriftSample::recallNewest),
                "compares", last.compares(),
                "segments", (double) last.segments(),
                "models", (double) last.models(),
                "partitions", (double) last.partitions(),
                "indexMbWritten", sum(steps, DriftSample::indexMbWritten),
                "firstBuildCpuSeconds", first.cpuSeconds()))
        .withSeries(DriftSample.series(samples));
  }

  private static double sum(List<DriftSample> steps, ToDoubleFunction<DriftSample> value) {
    return steps.stream().mapToDouble(value).sum();
  }

  private static double least(List<DriftSample> steps, ToDoubleFunction<DriftSample> value) {
    return steps.stream().mapToDouble(value).min().orElse(0);
  }
}
