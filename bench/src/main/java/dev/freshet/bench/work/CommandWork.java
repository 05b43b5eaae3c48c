package dev.freshet.bench.work;

import dev.freshet.bench.process.BenchProcess;
import dev.freshet.bench.process.MeasuredCommand;
import dev.freshet.bench.process.Measurement;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.StreamOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Training and building an index as a user does: {@code freshet run --once} from the start of the
 * process to its end, and {@code createIndex} of LanceDB in a process of its own.
 */
record CommandWork(String name, VectorData data, IndexShape index) implements Work {

  /** Set by the launcher, which runs the command. */
  private static final String LAUNCHER = "freshet.launcher";

  private static final int QUERIES = 1000;

  @Override
  public Kind kind() {
    return Kind.COMMAND;
  }

  @Override
  public String other() {
    return "lancedb";
  }

  @Override
  public String description() {
    return index.over(data);
  }

  @Override
  public Work scaled(double factor) {
    VectorData scaled = data.scaled(factor);
    return new CommandWork(name, scaled, index.forRows(scaled.rows()));
  }

  /** The launcher's first run of a stream prepares for faster starts. */
  @Override
  public Measurement prepare(BenchProcess processes) throws Exception {
    MeasuredCommand.run(List.of(launcher(), "run", "--help"), processes.directory(), 0);
    LanceDb.install(processes.directory().resolve("lancedb"));
    return new Preparation(new Scratch(processes.directory(), name), data, index)
        .make(this, QUERIES, false);
  }

  @Override
  public Measurement freshet(BenchProcess processes) throws Exception {
    Scratch scratch = new Scratch(processes.directory(), name);
    Path copy = scratch.copy();
    scratch.cache();
    return MeasuredCommand.run(command(copy), processes.directory(), data.rows())
        .with(Published.quality(StreamOptions.from(index.options(copy.toString())), scratch));
  }

  private String launcher() throws IOException {
    String launcher = System.getProperty(LAUNCHER);
    if (launcher == null) {
      throw new IOException(name + " measures the launcher: start it by ./freshet bench");
    }
    return launcher;
  }

  private List<String> command(Path dataset) throws IOException {
    return List.of(
        launcher(),
        "run",
        "--once",
        "--dataset",
        dataset.toString(),
        "--column",
        VectorTable.VECTOR,
        "--index",
        IndexShape.NAME,
        "--partitions",
        Integer.toString(index.partitions()),
        "--sub-vectors",
        Integer.toString(index.subVectors().orElseThrow()));
  }

  @Override
  public Measurement other(BenchProcess processes) throws Exception {
    Scratch scratch = new Scratch(processes.directory(), name);
    Path copy = scratch.copy();
    scratch.cache();
    return LanceDb.install(processes.directory().resolve("lancedb"))
        .createIndex(copy, index, data.rows())
        .with(Published.quality(StreamOptions.from(index.options(copy.toString())), scratch));
  }
}
