package dev.freshet.bench.work;

import dev.freshet.bench.process.BenchProcess;
import dev.freshet.bench.process.BenchProcess.Role;
import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.process.Usage;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.flink.configuration.Configuration;

/**
 * An index while the vectors drift: how many neighbours it finds, and what it takes to keep it.
 * Freshet is a stream whose model stays, a stream whose model follows, and a rebuild at each step,
 * each in a process of its own; Lance is {@code optimizeIndices} after each step.
 */
record DriftWork(String name, DriftPlan plan, IndexShape index) implements Work {

  private static final List<Role> WAYS = List.of(Role.FOLLOW, Role.FROZEN, Role.REBUILT);

  @Override
  public Kind kind() {
    return Kind.DRIFT;
  }

  @Override
  public String description() {
    return plan.description() + " to " + index.over(plan.firstRows(), plan.dimension());
  }

  /** As many steps, with fewer or more rows. */
  @Override
  public Work scaled(double factor) {
    DriftPlan scaled = plan.scaled(factor);
    return new DriftWork(name, scaled, index.forRows(scaled.firstRows()));
  }

  /** The first rows, and the model that Lance is given. */
  @Override
  public Measurement prepare(BenchProcess processes) throws Exception {
    Usage usage = Usage.start();
    Scratch scratch = scratch(processes);
    if (scratch.holds(this)) {
      return usage.end(0);
    }
    scratch.clear();
    String dataset = scratch.dataset().toString();
    try (VectorTable table = VectorTable.create(dataset, plan.dimension())) {
      table.append(plan.steps().next().vectors(), plan.firstRows());
    }
    GivenModel.train(StreamOptions.from(index.options(dataset)));
    scratch.made(this);
    return usage.end(plan.firstRows());
  }

  private Scratch scratch(BenchProcess processes) {
    return new Scratch(processes.directory(), name.replaceAll("\\W+", "-"));
  }

  /** The numbers of the stream whose model follows, and then those of each way by its name. */
  @Override
  public Measurement freshet(BenchProcess processes) throws Exception {
    SeveralRuns runs = new SeveralRuns();
    for (Role way : WAYS) {
      runs.add(way.name().toLowerCase(Locale.ROOT), processes.run(way, name));
    }
    return runs.together();
  }

  @Override
  public Measurement kept(Role how, BenchProcess processes) throws Exception {
    Scratch scratch = scratch(processes);
    Path table = scratch.copy();
    System.err.println("  " + how.name().toLowerCase(Locale.ROOT));
    Configuration config = index.options(table.toString());
    config.set(FreshetOptions.MODEL_FOLLOW, how == Role.FOLLOW);
    try (FreshetJob freshet = FreshetJob.start(config, scratch.checkpoints())) {
      DriftRun run = new DriftRun(plan.steps(), plan.dimension(), table);
      if (how == Role.REBUILT) {
        return run.run(new RebuiltIndex(freshet, scratch, index));
      }
      try (StreamedIndex streamed = new StreamedIndex(freshet, config)) {
        Measurement measured = run.run(streamed);
        Published.verified(StreamOptions.from(config), 0);
        return measured;
      }
    }
  }

  @Override
  public Measurement other(BenchProcess processes) throws Exception {
    Path table = scratch(processes).copy();
    System.err.println("  " + other());
    StreamOptions options = StreamOptions.from(index.options(table.toString()));
    return new DriftRun(plan.steps(), plan.dimension(), table).run(new OptimizedIndex(options));
  }
}
