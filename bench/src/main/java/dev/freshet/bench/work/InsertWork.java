package dev.freshet.bench.work;

import dev.freshet.bench.process.BenchProcess;
import dev.freshet.bench.process.Directories;
import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.process.Usage;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.sample.VectorTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * INSERT in Flink SQL, with and without an index, beside Flink's filesystem connector that writes
 * the same rows as Parquet. The rows are read from a dataset; what that takes alone is measured by
 * an INSERT that throws them away.
 */
record InsertWork(String name, VectorData data, IndexShape index) implements Work {

  private static final String NOWHERE = "'connector' = 'blackhole'";

  @Override
  public Kind kind() {
    return Kind.INSERT;
  }

  @Override
  public String description() {
    return String.format("%,d rows of an id and %d floats", data.rows(), data.dimension());
  }

  @Override
  public Work scaled(double factor) {
    VectorData scaled = data.scaled(factor);
    return new InsertWork(name, scaled, index.forRows(scaled.rows()));
  }

  @Override
  public String other() {
    return "parquet";
  }

  @Override
  public Measurement prepare(BenchProcess processes) throws IOException {
    Scratch scratch = new Scratch(processes.directory(), name);
    Usage usage = Usage.start();
    if (scratch.holds(this)) {
      return usage.end(0);
    }
    scratch.clear();
    data.write(scratch.dataset().toString());
    scratch.made(this);
    return usage.end(data.rows());
  }

  @Override
  public Measurement freshet(BenchProcess processes) throws Exception {
    Scratch scratch = new Scratch(processes.directory(), name);
    SqlInserts inserts = new SqlInserts(scratch.dataset(), scratch.checkpoints());
    inserts.into(NOWHERE, data.rows()); // warms up
    Measurement source = inserts.into(NOWHERE, data.rows());
    Path written = empty(scratch);
    Measurement plain = inserts.into(table(written), data.rows());
    requireAll(written);
    double bytes = bytes(written);
    Path indexedTable = empty(scratch);
    Measurement indexed = inserts.into(table(indexedTable) + indexOptions(), data.rows());
    requireAll(indexedTable);
    return plain
        .with("sourceSeconds", source.seconds())
        .with("bytesPerRow", bytes / data.rows())
        .with("indexedSeconds", indexed.seconds())
        .with("indexedCpuSeconds", indexed.cpuSeconds())
        .with("indexedRowsPerSecond", indexed.vectorsPerSecond());
  }

  @Override
  public Measurement other(BenchProcess processes) throws Exception {
    Scratch scratch = new Scratch(processes.directory(), name);
    SqlInserts inserts = new SqlInserts(scratch.dataset(), scratch.checkpoints());
    inserts.into(NOWHERE, data.rows()); // warms up
    Measurement source = inserts.into(NOWHERE, data.rows());
    Path written = empty(scratch);
    Measurement parquet =
        inserts.into(
            "'connector' = 'filesystem', 'format' = 'parquet', 'path' = '" + written + "'",
            data.rows());
    return parquet
        .with("sourceSeconds", source.seconds())
        .with("bytesPerRow", (double) bytes(written) / data.rows());
  }

  private static Path empty(Scratch scratch) throws IOException {
    Directories.delete(scratch.run());
    return scratch.run();
  }

  private String table(Path path) {
    return "'connector' = 'freshet', 'path' = '"
        + path
        + "', 'vector.column' = '"
        + VectorTable.VECTOR
        + "', 'vector.dimension' = '"
        + data.dimension()
        + "'";
  }

  private String indexOptions() {
    return ", 'index.type' = '"
        + index.type()
        + "', 'index.partitions' = '"
        + index.partitions()
        + "', 'index.sub-vectors' = '"
        + index.subVectors().orElseThrow()
        + "'";
  }

  private void requireAll(Path written) throws IOException {
    try (DatasetVersions versions =
            new DatasetVersions(DatasetLocation.of(written.toString()), ArrowBudget.MANIFEST);
        DatasetHandle dataset = versions.latest()) {
      if (dataset.countRows() != data.rows()) {
        throw new IOException(
            written + " has " + dataset.countRows() + " rows, not the " + data.rows() + " sent");
      }
    }
  }

  private static long bytes(Path directory) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }
}
