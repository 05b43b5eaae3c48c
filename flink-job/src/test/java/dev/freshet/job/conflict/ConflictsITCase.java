package dev.freshet.job.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.writer.TableFormat;
import dev.freshet.state.model.IndexType;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trial in short. */
class ConflictsITCase {

  private static final ConflictTrial.Settings SETTINGS =
      new ConflictTrial.Settings(
          IndexType.IVF_FLAT, new TableFormat("2.2", true), 1, Duration.ofSeconds(8), 3, 7);

  @TempDir Path directory;

  @Test
  void theIndexStaysRightAndTheStreamGoesOn() throws Exception {
    ConflictReport report = new ConflictReport();
    ConflictTrial.run(directory, SETTINGS, report);
    System.out.println(report.table());
    assertThat(report.wrong()).as(SETTINGS.toString()).isEmpty();
    assertThat(report.conflicts()).as("conflicts, %s", SETTINGS).isGreaterThan(20);
    assertThat(report.of(Author.PUBLISHER).landed()).as("published, %s", SETTINGS).isPositive();
  }
}
