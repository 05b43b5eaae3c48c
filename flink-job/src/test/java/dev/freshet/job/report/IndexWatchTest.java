package dev.freshet.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexWatchTest {

  @TempDir Path directory;

  @Test
  void theLagGrowsUntilTheOldestFragmentIsCovered() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    try (VerifiedTable table = VerifiedTable.create(directory.resolve("t"), false, 1000, 500);
        DatasetVersions versions =
            new DatasetVersions(
                DatasetLocation.of(directory.resolve("t").toString()), ArrowBudget.MANIFEST)) {
      IndexWatch watch = new IndexWatch(versions, VerifiedTable.INDEX, now::get);
      IndexProgress nothing = watch.look();
      assertThat(nothing.uncoveredFragments()).isEqualTo(2);
      now.updateAndGet(time -> time.plusSeconds(60));
      assertThat(watch.look().lag()).isEqualTo(nothing.lag().plusSeconds(60));
      table.publish(IndexType.IVF_FLAT, Metric.L2, 1);
      IndexProgress half = watch.look();
      assertThat(half.coveredRows()).isEqualTo(500);
      assertThat(half.lag())
          .as("still that of fragment 0")
          .isEqualTo(nothing.lag().plusSeconds(60));
      table.publish(IndexType.IVF_FLAT, Metric.L2, 0);
      assertThat(watch.look().complete()).isTrue();
      assertThat(watch.look().lag()).isEqualTo(Duration.ZERO);
      assertThat(watch.look().segments()).hasSize(2);
      table.append(500, 500);
      now.set(Instant.now().plusSeconds(90));
      assertThat(watch.look().lag())
          .as("of the fragment that came since")
          .isBetween(Duration.ofSeconds(90), Duration.ofSeconds(120));
    }
  }
}
