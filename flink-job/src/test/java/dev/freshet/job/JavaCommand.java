package dev.freshet.job;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The beginning of a command that runs a main class in a process of its own. */
public final class JavaCommand {

  private static final List<String> CHEAP =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-BytecodeVerificationRemote",
          "-Xshare:auto");

  /** What is short-lived does not pay for its optimisation. */
  private static final List<String> UNOPTIMISED = List.of("-XX:TieredStopAtLevel=1");

  /** The Vector API is of use only where it is optimised, so the hottest is. */
  private static final List<String> HOTTEST_OPTIMISED =
      List.of(
          "-XX:Tier4InvocationThreshold=20000",
          "-XX:Tier4MinInvocationThreshold=3000",
          "-XX:Tier4CompileThreshold=60000",
          "-XX:Tier4BackEdgeThreshold=160000");

  /** What Arrow and Flink need of the JDK, as the launcher opens it. */
  private static final List<String> OPENS =
      Stream.of(
              "java.lang",
              "java.lang.reflect",
              "java.net",
              "java.io",
              "java.nio",
              "java.text",
              "java.time",
              "java.util",
              "java.util.concurrent",
              "java.util.concurrent.atomic",
              "java.util.concurrent.locks",
              "sun.nio.ch")
          .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
          .toList();

  private JavaCommand() {}

  /** The program and the options that all processes need; more options and the class follow. */
  public static List<String> start() {
    return start(UNOPTIMISED);
  }

  /** The same with the Vector API, as the launcher starts Freshet. */
  public static List<String> startWithVectors() {
    List<String> command = start(HOTTEST_OPTIMISED);
    command.add("--add-modules=jdk.incubator.vector");
    return command;
  }

  private static List<String> start(List<String> compiler) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(CHEAP);
    command.addAll(compiler);
    command.addAll(OPENS);
    return command;
  }
}
