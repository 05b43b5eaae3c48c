package dev.freshet.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What this process uses from a moment on, as Linux counts it in {@code /proc/self}. */
public final class Usage {

  private static final Path STAT = Path.of("/proc/self/stat");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  /** Written to {@code clear_refs}, sets the peak of resident memory back to what is resident. */
  private static final String RESET_PEAK = "5";

  /** Fields utime and cutime of {@code /proc/self/stat}, behind the name. */
  static final int OWN = 11;

  static final int CHILDREN = 13;

  /** USER_HZ, which is 100 on every Linux that runs Java. */
  private static final double TICKS_PER_SECOND = 100;

  private final Instant start;
  private final double startCpu;

  private Usage(Instant start, double startCpu) {
    this.start = start;
    this.startCpu = startCpu;
  }

  /** Starts a phase. */
  public static Usage start() throws IOException {
    Files.writeString(CLEAR, RESET_PEAK);
    return new Usage(Instant.now(), cpuSeconds());
  }

  /** The phase until now. */
  public Measurement end(long rows) throws IOException {
    return end(rows, Instant.now());
  }

  /**
   * The phase; its time ended earlier, while its CPU time and memory are taken until now.
   *
   * @param end when what is measured was there
   */
  public Measurement end(long rows, Instant end) throws IOException {
    return new Measurement(
        rows,
        Duration.between(start, end).toNanos() / 1e9,
        cpuSeconds() - startCpu,
        peakRssMb(),
        Map.of());
  }

  /** User and system time of all threads since the process started; of no child process. */
  public static double cpuSeconds() throws IOException {
    return cpuSeconds(Files.readString(STAT), OWN);
  }

  /** User and system time of the child processes that have ended, with their own. */
  static double cpuSecondsOfChildren() throws IOException {
    return cpuSeconds(Files.readString(STAT), CHILDREN);
  }

  /** Resident memory now, MiB. */
  public static double rssMb() throws IOException {
    return mebibytes(Files.readString(STATUS), "VmRSS");
  }

  private static double peakRssMb() throws IOException {
    return mebibytes(Files.readString(STATUS), "VmHWM");
  }

  /**
   * User and system time from {@code /proc/self/stat}.
   *
   * @param first field of the two, counted behind the name in parentheses
   */
  static double cpuSeconds(String stat, int first) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[first]) + Long.parseLong(fields[first + 1])) / TICKS_PER_SECOND;
  }

  /** From {@code /proc/self/status}: the line {@code field: n kB}. */
  static double mebibytes(String status, String field) {
    return status
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No " + field + " in /proc/self/status"));
  }
}
