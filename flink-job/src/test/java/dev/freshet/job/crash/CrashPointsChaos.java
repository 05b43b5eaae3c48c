package dev.freshet.job.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trial in full; run by {@code mvn -Pchaos verify}. */
class CrashPointsChaos {

  private static final int KILLS = Integer.getInteger("chaos.kills", 300);
  private static final long SEED = Long.getLong("chaos.seed", 1);

  @TempDir Path directory;

  @Test
  void nothingIsLostAndNothingIsTwice() throws Exception {
    KillReport report = CrashTrial.run(directory, KILLS, SEED);
    System.out.println(report.table());
    assertThat(report.wrong()).as("seeds from %d on", SEED).isEmpty();
    assertThat(report.kills()).isGreaterThanOrEqualTo(KILLS);
  }
}
