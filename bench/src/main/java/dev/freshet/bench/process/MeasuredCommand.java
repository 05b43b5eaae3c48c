package dev.freshet.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command as a user gives it, measured from its start to its end. */
public final class MeasuredCommand {

  private static final Duration TICK = Duration.ofMillis(20);

  private MeasuredCommand() {}

  /**
   * Runs a command to its end; its messages go to this process's standard error.
   *
   * <p>CPU time is that of the process and its children. Memory is the peak of the process alone,
   * as it was when it was last looked at, at most 20 ms before its end.
   *
   * @param directory where it runs
   * @param rows that it indexes
   * @throws IOException if it fails
   */
  public static Measurement run(List<String> command, Path directory, long rows)
      throws IOException, InterruptedException {
    return run(new ProcessBuilder(command), directory, rows);
  }

  /** The same, with an environment of its own. */
  public static Measurement run(ProcessBuilder command, Path directory, long rows)
      throws IOException, InterruptedException {
    double cpuBefore = Usage.cpuSecondsOfChildren();
    long start = System.nanoTime();
    Process process =
        command
            .directory(directory.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    double peak = 0;
    while (!process.waitFor(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, peakRssMb(process.pid()));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (process.exitValue() != 0) {
      throw new IOException(
          String.join(" ", command.command()) + " failed with exit code " + process.exitValue());
    }
    return new Measurement(rows, seconds, Usage.cpuSecondsOfChildren() - cpuBefore, peak, Map.of());
  }

  /** 0 of a process that has just ended. */
  private static double peakRssMb(long pid) {
    try {
      String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
      return status.contains("VmHWM") ? Usage.mebibytes(status, "VmHWM") : 0;
    } catch (IOException e) { // no such file, or no such process
      return 0;
    }
  }
}
