package dev.freshet.job.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.lancedb.LanceDb;
import dev.freshet.job.lancedb.LanceDbInstallation;
import dev.freshet.job.writer.TableFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The soak; run by {@code mvn -Psoak verify}. */
class StreamSoak {

  private static final Duration LENGTH =
      Duration.ofMinutes(Integer.getInteger("soak.minutes", 60)).dividedBy(2);
  private static final long SEED = Long.getLong("soak.seed", 1);

  @TempDir Path directory;

  static List<TableFormat> formats() {
    return List.of(TableFormat.PLAIN, new TableFormat("2.2", true));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void theIndexStaysRightWhateverHappens(TableFormat format) throws Exception {
    if (LanceDbInstallation.isPossible()) {
      try (LanceDb newest = LanceDb.start(LanceDbInstallation.install(), LanceDb.Version.V39)) {
        run(format, Optional.of(newest));
      }
    } else {
      run(format, Optional.empty());
    }
  }

  private void run(TableFormat format, Optional<LanceDb> newest) throws Exception {
    assertThat(Soak.run(directory, LENGTH, format, SEED, newest))
        .as("%s, seed %d", format, SEED)
        .isEmpty();
  }
}
