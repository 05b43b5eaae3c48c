package dev.freshet.bench.process;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a role of a work in a Java process of its own, with this one's options and class path. */
public final class BenchProcess {

  /** What a process does. */
  public enum Role {
    /** Makes the dataset. */
    PREPARE,
    FRESHET,
    /** What Freshet is measured beside. */
    OTHER,
    /** Appends rows, for a run that goes on. */
    APPEND,
    /** Indexes what was appended, as a job that ends. */
    ONCE,
    /** Keeps an index whose model is the first one for ever. */
    FROZEN,
    /** Keeps an index whose model follows the vectors. */
    FOLLOW,
    /** Makes an index anew again and again. */
    REBUILT
  }

  private final Class<?> worker;
  private final Path directory;
  private final double scale;
  private final List<String> prefix;

  /**
   * @param worker main class of the processes: role, work, scale and directory are its arguments,
   *     and the last line that it prints is its measurement
   * @param directory scratch directory of all works
   * @param scale of the rows
   * @param prefix command that each measured process is started with, such as taskset
   */
  public BenchProcess(Class<?> worker, Path directory, double scale, List<String> prefix) {
    this.worker = worker;
    this.directory = directory;
    this.scale = scale;
    this.prefix = List.copyOf(prefix);
  }

  public Path directory() {
    return directory;
  }

  /** For runs at the same time as this one's, with datasets of their own. */
  public BenchProcess beside() {
    return new BenchProcess(worker, directory.resolve("beside"), scale, prefix);
  }

  /**
   * Runs one role to its end; its messages go to this process's standard error.
   *
   * @throws IOException if it fails
   */
  public Measurement run(Role role, String work) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(role == Role.PREPARE ? List.of() : prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent") && !argument.startsWith("-agent"))
        .forEach(command::add);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(worker.getName());
    command.addAll(List.of(role.name(), work, Double.toString(scale), directory.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putIfAbsent("LANCE_LOG", "error"); // it warns of each empty partition
    writeBack();
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      String last = lastLine(process);
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IOException(work + ": " + role + " failed with exit code " + exit);
      }
      return new ObjectMapper().readValue(last, Measurement.class);
    } finally {
      process.destroy();
    }
  }

  /** Has the kernel write what earlier runs left, so that it does not hold up this one. */
  private static void writeBack() throws IOException, InterruptedException {
    new ProcessBuilder("sync").start().waitFor();
  }

  private static String lastLine(Process process) throws IOException {
    String last = "";
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = line;
      }
    }
    return last;
  }
}
