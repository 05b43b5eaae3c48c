package dev.freshet.job.crash;

import dev.freshet.job.JavaCommand;
import dev.freshet.job.cli.Freshet;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts JVMs from the jars that the build lays out in {@code target}, as cheaply as it goes. */
final class Processes {

  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final long PATIENCE_SECONDS = 120;

  private final Path directory;
  private int started;

  /**
   * @param directory with Flink's {@code conf}; logs come beside it
   */
  Processes(Path directory) {
    this.directory = directory;
  }

  private static final String LIBRARIES = TARGET.resolve("lib") + "/*";

  /** The jar of the stream. */
  static Path jobJar() {
    return TARGET.resolve("freshet.jar");
  }

  /** Starts a command of Freshet's command line. */
  Process freshet(List<String> options, List<String> arguments) throws IOException {
    String classPath = jobJar() + File.pathSeparator + LIBRARIES;
    return start("freshet", options, classPath, Freshet.class.getName(), arguments);
  }

  /** Starts a main class of Flink's. */
  Process start(String name, List<String> options, String main, List<String> arguments)
      throws IOException {
    return start(name, options, LIBRARIES, main, arguments);
  }

  private Process start(
      String name, List<String> options, String classPath, String main, List<String> arguments)
      throws IOException {
    List<String> command = JavaCommand.start();
    command.add("-Dlog4j.configurationFile=" + directory.resolve("conf/log4j.properties").toUri());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("FLINK_CONF_DIR", directory.resolve("conf").toString());
    builder.environment().put("FLINK_LIB_DIR", TARGET.resolve("lib").toString());
    builder.environment().put("FLINK_PLUGINS_DIR", TARGET.resolve("plugins").toString());
    return builder.redirectOutput(log(name).toFile()).start();
  }

  private Path log(String name) {
    return directory.resolve(String.format("%04d-%s.log", started++, name));
  }

  /**
   * Runs a main class to its end.
   *
   * @return all that it said
   */
  String output(String main, List<String> arguments) throws IOException, InterruptedException {
    Path log = directory.resolve(String.format("%04d-command.log", started));
    Process process = start("command", List.of(), main, arguments);
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    String said = Files.readString(log);
    if (!ended || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(
          "Failed: " + main + " " + arguments + "; all that it said is in " + log);
    }
    return said;
  }
}
