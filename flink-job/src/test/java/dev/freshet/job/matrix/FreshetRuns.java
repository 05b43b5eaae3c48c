package dev.freshet.job.matrix;

import dev.freshet.job.TestJob;
import dev.freshet.job.cli.CommandLineRun;
import dev.freshet.job.oracle.StoredTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.IndexType;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.LocalIndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.lance.index.Index;

/** Freshet in this process, over one table of 16 dimensions. */
final class FreshetRuns {

  static final int PARTITIONS = 4;

  private static final int SUB_VECTORS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private FreshetRuns() {}

  /** {@code freshet run --once}; an index that was taken over needs its name only. */
  static CommandLineRun once(Path table, IndexKind index) {
    List<String> arguments =
        new ArrayList<>(List.of("run", "--dataset", table.toString(), "--once"));
    arguments.addAll(List.of("--freshness", "500ms", "--state-backend", "hashmap"));
    if (index.taken()) {
      arguments.addAll(List.of("--index", CellTrial.INDEX));
    } else {
      arguments.addAll(List.of("--column", CellTrial.COLUMN, "--type", index.type().name()));
      arguments.addAll(List.of("--partitions", "" + PARTITIONS));
      if (hasSubVectors(index.type())) {
        arguments.addAll(List.of("--sub-vectors", "" + SUB_VECTORS));
      }
    }
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static boolean hasSubVectors(IndexType type) {
    return type == IndexType.IVF_PQ || type == IndexType.IVF_HNSW_PQ;
  }

  /** {@code freshet verify} at full probe. */
  static CommandLineRun verify(Path table) {
    return CommandLineRun.of(
        "verify", "--dataset", table.toString(), "--index", CellTrial.INDEX, "--refine", "20");
  }

  /** Runs the stream until it has compacted every fragment that is there now. */
  static void compact(Path table, IndexType type, Path checkpoints) throws Exception {
    Set<Integer> old = fragments(table);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (TestJob job = TestJob.start(compacting(table, type), checkpoints, 2, 0)) {
      while (!isCompacted(table, old)) {
        if (job.status().isGloballyTerminalState() || System.nanoTime() > deadline) {
          throw new AssertionError("Freshet does not compact: " + job.failure());
        }
        Thread.sleep(100);
      }
    }
  }

  private static boolean isCompacted(Path path, Set<Integer> old) {
    try (StoredTable table = StoredTable.open(path, CellTrial.INDEX)) {
      Set<Integer> live = table.live();
      return Collections.disjoint(live, old) && table.covered().containsAll(live);
    }
  }

  /** Partitions of the segment that has most. */
  static int mostPartitions(Path path) throws IOException {
    return models(path).stream().mapToInt(IvfModel::partitions).max().orElse(0);
  }

  /** What the models of the segments have come from. */
  static Set<String> origins(Path path) throws IOException {
    return models(path).stream().map(IvfModel::origin).collect(Collectors.toSet());
  }

  private static List<IvfModel> models(Path path) throws IOException {
    IndexStorage storage = new LocalIndexStorage(path.toString());
    List<IvfModel> models = new ArrayList<>();
    try (StoredTable table = StoredTable.open(path, CellTrial.INDEX)) {
      for (Index segment : table.segments()) {
        models.add(SegmentReader.open(storage, segment.uuid()).model());
      }
    }
    return models;
  }

  private static Set<Integer> fragments(Path path) {
    try (StoredTable table = StoredTable.open(path, CellTrial.INDEX)) {
      return table.live();
    }
  }

  private static Configuration compacting(Path table, IndexType type) {
    Configuration stream = new Configuration();
    stream.set(FreshetOptions.DATASET, table.toString());
    stream.set(FreshetOptions.COLUMN, CellTrial.COLUMN);
    stream.set(FreshetOptions.INDEX_TYPE, type.name());
    stream.set(FreshetOptions.INDEX_PARTITIONS, PARTITIONS);
    if (hasSubVectors(type)) {
      stream.set(FreshetOptions.INDEX_SUB_VECTORS, SUB_VECTORS);
    }
    stream.set(FreshetOptions.FRESHNESS, Duration.ofMillis(500));
    stream.set(FreshetOptions.COMPACTION_INTERVAL, Duration.ofMillis(300));
    return stream;
  }
}
