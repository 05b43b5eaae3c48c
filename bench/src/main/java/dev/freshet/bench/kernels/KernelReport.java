package dev.freshet.bench.kernels;

import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the benchmarks of this package and prints the best iteration and the mean of each, in
 * GFLOP/s, beside the peak of the cores it used.
 */
@Command(
    name = "kernels",
    mixinStandardHelpOptions = true,
    description = "Measures the kernels, and the peak of the cores beside them.")
public final class KernelReport implements Callable<Integer> {
  private static final double GIGA = 1e9;

  @Option(names = "--threads", defaultValue = "1", description = "threads (${DEFAULT-VALUE})")
  private int threads;

  @Option(names = "--only", defaultValue = "", description = "a regex of the benchmarks to run")
  private String only;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new KernelReport()).execute(arguments));
  }

  @Override
  public Integer call() throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(PeakBenchmark.class.getName())
            .include(getClass().getPackageName() + ".*" + only)
            .threads(threads)
            .build();
    Collection<RunResult> results = new Runner(options).run();
    double peak =
        results.stream()
            .filter(result -> name(result).startsWith(PeakBenchmark.class.getSimpleName()))
            .mapToDouble(result -> best(result) * perCall(result, Work.FLOPS))
            .max()
            .orElseThrow();
    System.out.printf(
        "%n%-56s %8s %6s %8s %6s %12s%n",
        "threads: " + threads, "best", "% peak", "mean", "% peak", "vectors/s");
    for (RunResult result : results) {
      double flops = perCall(result, Work.FLOPS);
      double best = best(result) * flops;
      double mean = result.getPrimaryResult().getScore() * flops;
      System.out.printf(
          Locale.ROOT,
          "%-56s %8.1f %6.0f %8.1f %6.0f %,12.0f%n",
          name(result),
          best / GIGA,
          100 * best / peak,
          mean / GIGA,
          100 * mean / peak,
          best(result) * perCall(result, Work.VECTORS));
    }
    return 0;
  }

  /** Calls per second in the best iteration: a disturbed machine can only slow a benchmark down. */
  private static double best(RunResult result) {
    return result.getBenchmarkResults().stream()
        .flatMap(fork -> fork.getIterationResults().stream())
        .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
        .max()
        .orElseThrow();
  }

  private static double perCall(RunResult result, String counter) {
    return counted(result, counter) / counted(result, Work.CALLS);
  }

  private static double counted(RunResult result, String counter) {
    return result.getSecondaryResults().get(counter).getScore();
  }

  /** The class, the method and the parameters. */
  private static String name(RunResult result) {
    BenchmarkParams params = result.getParams();
    String method = params.getBenchmark();
    String parameters =
        params.getParamsKeys().stream()
            .map(key -> key + "=" + params.getParam(key))
            .collect(Collectors.joining(" "));
    return method.substring(KernelReport.class.getPackageName().length() + 1) + " " + parameters;
  }
}
