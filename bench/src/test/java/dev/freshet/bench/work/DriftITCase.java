package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.bench.BenchWorker;
import dev.freshet.bench.process.BenchProcess;
import dev.freshet.bench.process.BenchProcess.Role;
import dev.freshet.bench.process.Measurement;
import dev.freshet.state.model.IndexType;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two steps of a tiny stream with real indexes; no time is looked at. A model that stays is kept as
 * one that follows is.
 */
class DriftITCase {

  private static final Work TINY =
      new DriftWork(
          "drift-tiny",
          new DriftPlan.Clusters(Drift.CHURN, new DriftSize(32, 2000, 300, 2)),
          new IndexShape(IndexType.IVF_PQ, 16, OptionalInt.of(4)));

  @Test
  void everyWayKeepsTheIndex(@TempDir Path directory) throws Exception {
    BenchProcess processes = new BenchProcess(BenchWorker.class, directory, 1, List.of());
    TINY.prepare(processes);
    check(TINY.kept(Role.FOLLOW, processes));
    Measurement rebuilt = TINY.kept(Role.REBUILT, processes);
    check(rebuilt);
    assertThat(rebuilt.more()).containsEntry("segments", 1.0).containsEntry("models", 1.0);
    check(TINY.other(processes));
  }

  /** With 20 probes all of the 16 partitions are looked into. */
  private static void check(Measurement kept) {
    assertThat(kept.rows()).isEqualTo(2600);
    assertThat(kept.series().get("step")).containsExactly(0.0, 1.0, 2.0);
    assertThat(kept.more().get("recallAllLeast")).isGreaterThan(0.7);
    assertThat(kept.more().get("recallNewestLeast")).isGreaterThan(0.7);
    assertThat(kept.series().get("compares").get(0)).isEqualTo(2000);
    assertThat(kept.more().get("indexMbWritten")).isPositive();
  }
}
