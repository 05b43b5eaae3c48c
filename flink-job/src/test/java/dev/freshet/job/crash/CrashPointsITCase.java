package dev.freshet.job.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.IndexType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trial in short: a few points of both kinds of process. */
class CrashPointsITCase {

  private static final long SEED = 4;
  private static final List<CrashPoint> POINTS =
      List.of(
          CrashPoint.LANDED,
          CrashPoint.HANDED_OUT,
          CrashPoint.UNACKNOWLEDGED,
          CrashPoint.REMAPPING);

  @TempDir Path directory;

  @Test
  void theStreamGoesOnAndTheIndexStaysRight() throws Exception {
    KillReport report = new KillReport();
    try (CrashCluster cluster = CrashCluster.start(directory)) {
      TableShape shape = TableShape.small(IndexType.IVF_FLAT);
      CrashTrial.live(cluster, report, directory, shape, POINTS, SEED);
    }
    assertThat(report.wrong()).as("seed %d", SEED).isEmpty();
    assertThat(report.kills()).as("kills, seed %d", SEED).isEqualTo(POINTS.size());
  }
}
