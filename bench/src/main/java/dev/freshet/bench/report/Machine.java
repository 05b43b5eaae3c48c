package dev.freshet.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What was measured on. */
public record Machine(String cpu, int cores, long memoryGib, String jdk, String os) {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  /** This one; a Linux. */
  public static Machine here() throws IOException {
    return new Machine(
        field(Files.readString(CPUINFO), "model name"),
        Runtime.getRuntime().availableProcessors(),
        gib(field(Files.readString(MEMINFO), "MemTotal")),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  /** The first value of {@code name : value}; "unknown" if there is none. */
  static String field(String file, String name) {
    return file.lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  /** Of {@code n kB}, rounded. */
  static long gib(String kibibytes) {
    String digits = kibibytes.replaceAll("[^0-9]", "");
    return digits.isEmpty() ? 0 : Math.round(Long.parseLong(digits) / 1024.0 / 1024.0);
  }

  @Override
  public String toString() {
    return cpu + ", " + cores + " cores, " + memoryGib + " GiB, " + os + ", " + jdk;
  }
}
