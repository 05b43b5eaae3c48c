package dev.freshet.job.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The soak; run by {@code mvn -Psoak verify}. */
class StreamSoak {

  private static final Duration LENGTH = Duration.ofMinutes(Integer.getInteger("soak.minutes", 60));
  private static final long SEED = Long.getLong("soak.seed", 1);

  @TempDir Path directory;

  @Test
  void theIndexStaysRightWhateverHappens() throws Exception {
    assertThat(Soak.run(directory, LENGTH, SEED)).as("seed %d", SEED).isEmpty();
  }
}
