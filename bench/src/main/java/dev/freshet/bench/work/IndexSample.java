package dev.freshet.bench.work;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * An index at a moment.
 *
 * @param minutes since the first append was due
 * @param segments that the latest version names
 * @param segmentsWritten since, published or not
 * @param lagSeconds how long ago the oldest uncovered fragment was committed
 * @param indexMbWritten index files written since, MiB
 * @param writeAmplification the same for each byte that the appended rows take if written once
 * @param codeAmplification the same without the models that the written segments carry
 * @param indexMb all index files in storage, MiB
 * @param cpuSeconds of the process since the sample before
 * @param rssMb resident memory of the process, MiB
 */
record IndexSample(
    double minutes,
    int fragments,
    int segments,
    int segmentsWritten,
    long uncoveredRows,
    double lagSeconds,
    double indexMbWritten,
    double writeAmplification,
    double codeAmplification,
    double indexMb,
    double cpuSeconds,
    double rssMb) {

  /** Each value over time, by its name. */
  static Map<String, List<Double>> series(List<IndexSample> samples) {
    Map<String, ToDoubleFunction<IndexSample>> values = new HashMap<>();
    values.put("minutes", IndexSample::minutes);
    values.put("fragments", IndexSample::fragments);
    values.put("segments", IndexSample::segments);
    values.put("segmentsWritten", IndexSample::segmentsWritten);
    values.put("uncoveredRows", IndexSample::uncoveredRows);
    values.put("lagSeconds", IndexSample::lagSeconds);
    values.put("indexMbWritten", IndexSample::indexMbWritten);
    values.put("writeAmplification", IndexSample::writeAmplification);
    values.put("codeAmplification", IndexSample::codeAmplification);
    values.put("indexMb", IndexSample::indexMb);
    values.put("cpuSeconds", IndexSample::cpuSeconds);
    values.put("rssMb", IndexSample::rssMb);
    Map<String, List<Double>> series = new HashMap<>();
    values.forEach(
        (name, value) -> series.put(name, samples.stream().mapToDouble(value).boxed().toList()));
    return series;
  }

  /** For people. */
  @Override
  public String toString() {
    return String.format(
        "%5.1f min %,6d fragments %3d segments %,6d rows uncovered, lag %5.1f s,"
            + " %,6d segments of %,8.1f MiB written (%6.1f times, %5.1f without models),"
            + " %,8.1f MiB in all, %5.1f CPU s, %,6.0f MiB RSS",
        minutes,
        fragments,
        segments,
        uncoveredRows,
        lagSeconds,
        segmentsWritten,
        indexMbWritten,
        writeAmplification,
        codeAmplification,
        indexMb,
        cpuSeconds,
        rssMb);
  }
}
