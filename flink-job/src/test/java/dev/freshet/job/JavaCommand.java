package dev.freshet.job;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The beginning of a command that runs a main class in a process of its own. */
public final class JavaCommand {

  /** What is short-lived does not pay for its optimisation. */
  private static final List<String> CHEAP =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-BytecodeVerificationRemote",
          "-Xshare:auto");

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
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(CHEAP);
    command.addAll(OPENS);
    return command;
  }

  /** The same with the Vector API, as the launcher starts Freshet. */
  public static List<String> startWithVectors() {
    List<String> command = start();
    command.add("--add-modules=jdk.incubator.vector");
    return command;
  }
}
