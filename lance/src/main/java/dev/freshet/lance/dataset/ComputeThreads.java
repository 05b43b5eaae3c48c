package dev.freshet.lance.dataset;

import java.util.Map;
import java.util.Optional;

/**
 * The threads that Lance computes on: {@value #VARIABLE} of the process's environment, else all but
 * two of the processors and at least one. With a single one, Lance 7.0.0 sometimes waits for ever
 * in a search or a build of graphs.
 */
public final class ComputeThreads {

  static final String VARIABLE = "LANCE_CPU_THREADS";

  private static final int LEAST = 2;
  private static final int NOT_FOR_COMPUTING = 2;

  private ComputeThreads() {}

  /** What to do about too few of them in this process, one line. */
  public static Optional<String> warning() {
    return warning(System.getenv(), Runtime.getRuntime().availableProcessors());
  }

  static Optional<String> warning(Map<String, String> environment, int processors) {
    String wanted = environment.getOrDefault(VARIABLE, "");
    int threads =
        wanted.matches("\\d{1,4}") ? Integer.parseInt(wanted) : processors - NOT_FOR_COMPUTING;
    return threads >= LEAST
        ? Optional.empty()
        : Optional.of(
            "Lance computes on one thread only, and may then wait for ever in a graph: set "
                + VARIABLE
                + "="
                + LEAST
                + " in the environment of each process");
  }
}
