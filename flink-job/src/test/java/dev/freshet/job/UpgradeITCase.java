package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.upgrade.JobUpgrade;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job of a real cluster is replaced by another jar, its state kept. */
class UpgradeITCase {

  private static final long SEED = 12;
  private static final int DIMENSION = 16;
  private static final int ROWS = 600;
  private static final Path JAR = Path.of("target/freshet.jar");

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);

  @Test
  void theStreamGoesOnInAnotherJar() throws Exception {
    Path path = directory.resolve("vectors");
    try (StandaloneCluster cluster = StandaloneCluster.start(directory, settings());
        VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(TestIndex.stream(path, IndexType.IVF_PQ, Metric.L2))) {
      cluster.startTaskManager();
      table.append(vectors.next(ROWS), ROWS);
      String first = cluster.submit(1, "", arguments(path));
      cluster.await("all is indexed", () -> index.manifest().uncovered().isEmpty());
      table.append(vectors.next(ROWS), ROWS);

      JobUpgrade upgrade = new JobUpgrade(cluster.address());
      JobUpgrade.Result once =
          upgrade.upgrade(
              upgrade.find(Optional.empty()),
              plan(JobUpgrade.Format.CANONICAL, Optional.empty(), Map.of()));
      assertThat(once.stoppedJob()).isEqualTo(first);
      assertThat(once.savepoint()).contains("savepoints/savepoint-");
      assertThat(cluster.restores(once.job())).isEqualTo(1);
      table.append(vectors.next(ROWS), ROWS);
      cluster.await("all is indexed again", () -> index.manifest().uncovered().isEmpty());

      JobUpgrade.Result twice =
          upgrade.upgrade(
              upgrade.find(Optional.of("freshet vector_idx")),
              plan(JobUpgrade.Format.NATIVE, Optional.of(2), Map.of("freshness", "2s")));
      assertThat(cluster.restores(twice.job())).isEqualTo(1);
      table.append(vectors.next(ROWS), ROWS);
      cluster.await("all is indexed at last", () -> index.manifest().uncovered().isEmpty());
      assertThat(index.assertClean("seed " + SEED).indexedRows()).isEqualTo(4L * ROWS);
    }
  }

  private Map<String, String> settings() {
    return Map.of(
        "execution.checkpointing.dir", directory.resolve("checkpoints").toUri().toString(),
        "execution.checkpointing.savepoint-dir", directory.resolve("savepoints").toUri().toString(),
        "state.backend.type", "rocksdb");
  }

  private static List<String> arguments(Path path) {
    return List.of(
        "--dataset",
        path.toString(),
        "--vector.column",
        VectorTable.VECTOR,
        "--index.partitions",
        Integer.toString(TestIndex.PARTITIONS),
        "--freshness",
        "1s",
        "--compaction.enabled",
        "false");
  }

  private static JobUpgrade.Plan plan(
      JobUpgrade.Format format, Optional<Integer> parallelism, Map<String, String> changes) {
    return new JobUpgrade.Plan(
        JAR, Optional.empty(), format, parallelism, changes, Duration.ofSeconds(60));
  }
}
