package dev.freshet.job.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.writer.TableFormat;
import dev.freshet.state.model.IndexType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trial in full, over several tables; run by {@code mvn -Pchaos verify}. */
class ConflictsChaos {

  private static final int CONFLICTS = Integer.getInteger("chaos.conflicts", 1000);
  private static final long SEED = Long.getLong("chaos.seed", 1);
  private static final Duration SLICE = Duration.ofSeconds(30);
  private static final int SLICES = 1;
  private static final int JUDGED_EVERY = 10;
  private static final List<IndexType> TYPES = List.of(IndexType.IVF_FLAT, IndexType.IVF_PQ);
  private static final List<TableFormat> FORMATS =
      List.of(
          TableFormat.PLAIN,
          new TableFormat("2.2", true),
          new TableFormat("2.2", false),
          new TableFormat("2.1", true));
  private static final int SHAPES = TYPES.size() * FORMATS.size();

  @TempDir Path directory;

  @Test
  void noIndexIsWrongAndNobodyWaitsForEver() throws Exception {
    ConflictReport report = new ConflictReport();
    for (int trial = 0; trial < SHAPES || report.conflicts() < CONFLICTS; trial++) {
      IndexType type = TYPES.get(trial % TYPES.size());
      ConflictTrial.Settings settings =
          new ConflictTrial.Settings(
              type, format(trial), SLICES, SLICE, JUDGED_EVERY, SEED + trial);
      ConflictTrial.run(directory.resolve("trial-" + trial), settings, report);
      System.out.println(report.table());
    }
    assertThat(report.wrong()).as("seeds from %d on", SEED).isEmpty();
    assertThat(report.mostConflicts()).as("attempts lost in a row").isLessThan(20);
  }

  /** So that each type meets each format. */
  private static TableFormat format(int trial) {
    return FORMATS.get((trial + trial / FORMATS.size()) % FORMATS.size());
  }
}
