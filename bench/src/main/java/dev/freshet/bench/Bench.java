package dev.freshet.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.bench.process.BenchProcess;
import dev.freshet.bench.process.BenchProcess.Role;
import dev.freshet.bench.process.Directories;
import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.report.BenchmarkPage;
import dev.freshet.bench.report.WorkResult;
import dev.freshet.bench.work.Work;
import dev.freshet.bench.work.Works;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures whole runs of Freshet and of Lance's own builder, round by round. */
@Command(
    name = "bench",
    description = "Measures whole runs of Freshet beside Lance's own builder.",
    mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {

  private static final List<String> QUICK = List.of("pq-128", "pq-768");
  private static final double QUICK_SCALE = 0.1;
  private static final int QUICK_ROUNDS = 2;
  private static final int ROUNDS = 3;

  @Option(
      names = "--work",
      arity = "1..*",
      paramLabel = "NAME",
      description =
          "Works to run; by default all but appends-hour and drift-..., which take long."
              + " drift-runbook=FILE is by a runbook of one's own.")
  List<String> works = Works.usual().stream().map(Work::name).toList();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Runs of each system; 0 only makes the datasets; default "
              + ROUNDS
              + ", with --quick "
              + QUICK_ROUNDS
              + ".")
  Optional<Integer> chosenRounds = Optional.empty();

  @Option(
      names = "--scale",
      defaultValue = "1",
      description =
          "Factor of the rows, and of the number of steady appends; default ${DEFAULT-VALUE}.")
  double scale;

  @Option(names = "--quick", description = "pq-128 and pq-768 with a tenth of the rows.")
  boolean quick;

  @Option(
      names = "--dir",
      description =
          "Scratch directory, whose datasets are kept and used again; a temporary one by default.")
  Optional<Path> directory = Optional.empty();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Put the results into the page BENCHMARKS.md and its plot in a directory.")
  Optional<Path> report = Optional.empty();

  @Option(
      names = "--jmh",
      arity = "0..1",
      paramLabel = "PATTERN",
      fallbackValue = ".*",
      description = "Run the JMH benchmarks that the pattern matches instead; all by default.")
  Optional<String> jmh = Optional.empty();

  @Option(
      names = "--prefix",
      split = " ",
      paramLabel = "COMMAND",
      description = "Command that each run is started with, such as 'taskset -c 0,1'.")
  List<String> prefix = List.of();

  @Option(names = "--json", description = "Print one JSON object a work on standard output.")
  boolean json;

  @Spec CommandSpec spec;

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Bench())
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  command.getErr().println("freshet bench: " + failure.getMessage());
                  return 1;
                })
            .execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    if (jmh.isPresent()) {
      new Runner(new OptionsBuilder().include(jmh.get()).build()).run();
      return 0;
    }
    if (directory.isPresent()) {
      runAll(Files.createDirectories(directory.get()));
      return 0;
    }
    Path temporary = Files.createTempDirectory("freshet-bench-");
    try {
      runAll(temporary);
    } finally {
      Directories.delete(temporary);
    }
    return 0;
  }

  private void runAll(Path scratch) throws Exception {
    double factor = quick ? scale * QUICK_SCALE : scale;
    BenchProcess processes =
        new BenchProcess(BenchWorker.class, scratch.toAbsolutePath(), factor, prefix);
    for (String name : quick ? QUICK : works) {
      Optional<WorkResult> result = run(Works.named(name).scaled(factor), processes);
      if (report.isPresent() && result.isPresent()) {
        new BenchmarkPage(report.get()).add(result.get().toMap());
      }
      if (json && result.isPresent()) {
        spec.commandLine()
            .getOut()
            .println(new ObjectMapper().writeValueAsString(result.get().toMap()));
        spec.commandLine().getOut().flush();
      }
    }
  }

  private Optional<WorkResult> run(Work work, BenchProcess processes) throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    err.println(work.name() + ": " + work.description());
    int rounds = chosenRounds.orElse(quick ? QUICK_ROUNDS : ROUNDS);
    show(err, "dataset", processes.run(Role.PREPARE, work.name()));
    if (rounds == 0) {
      return Optional.empty();
    }
    List<Measurement> freshet = new ArrayList<>();
    List<Measurement> other = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      if (work.kind() == Work.Kind.STEADY) {
        together(work, processes, freshet, other);
      } else if (round % 2 == 0) {
        freshet.add(show(err, "freshet", processes.run(Role.FRESHET, work.name())));
        other.add(show(err, work.other(), processes.run(Role.OTHER, work.name())));
      } else {
        other.add(show(err, work.other(), processes.run(Role.OTHER, work.name())));
        freshet.add(show(err, "freshet", processes.run(Role.FRESHET, work.name())));
      }
    }
    WorkResult result =
        new WorkResult(
            work.name(),
            work.kind().name().toLowerCase(Locale.ROOT),
            work.description(),
            work.other(),
            freshet,
            other);
    err.printf("  freshet / %s: %.2f%n", work.other(), result.ratio());
    err.flush();
    return Optional.of(result);
  }

  /** Two runs that take little of the machine and long, each over a dataset of its own. */
  private void together(
      Work work, BenchProcess processes, List<Measurement> freshet, List<Measurement> other)
      throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    BenchProcess beside = processes.beside();
    beside.run(Role.PREPARE, work.name());
    ExecutorService second = Executors.newSingleThreadExecutor();
    try {
      Future<Measurement> others = second.submit(() -> beside.run(Role.OTHER, work.name()));
      freshet.add(show(err, "freshet", processes.run(Role.FRESHET, work.name())));
      other.add(show(err, work.other(), others.get()));
    } finally {
      second.shutdownNow();
    }
  }

  private static Measurement show(PrintWriter err, String who, Measurement run) {
    err.printf(
        "  %-8s %,12.0f vectors/s %8.2f s %8.2f CPU s %,7.0f MiB  %s%n",
        who, run.vectorsPerSecond(), run.seconds(), run.cpuSeconds(), run.peakRssMb(), run.more());
    err.flush();
    return run;
  }
}
