package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.state.planning.CoverageCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Another writer compacts all the time, also what the stream has sealed and not yet published. */
class HazardsITCase {

  private static final long SEED = 61;
  private static final int DIMENSION = 16;
  private static final int FILL_ROWS = 1000;
  private static final int APPEND_ROWS = 150;
  private static final int ROUNDS = 16;
  private static final int MIN_PAUSE_MILLIS = 100;
  private static final int LONGEST_PAUSE_MILLIS = 1600;
  private static final long COMPACTED_ROWS = 600;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);

  @ParameterizedTest
  @EnumSource(names = {"IVF_PQ", "IVF_HNSW_SQ"})
  void noSegmentEverCoversWhatIsNotThere(IndexType type) throws Exception {
    String seed = "seed " + SEED;
    Path path = directory.resolve("vectors");
    Configuration stream = TestIndex.stream(path, type, Metric.L2);
    stream.set(FreshetOptions.SEGMENTS_PER_TIER, 3);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream)) {
      table.append(vectors.next(FILL_ROWS), FILL_ROWS);
      try (TestJob job = TestJob.start(stream, directory.resolve("checkpoints"), 2, 0)) {
        for (int round = 0; round < ROUNDS; round++) {
          table.append(vectors.next(APPEND_ROWS), APPEND_ROWS);
          table.append(vectors.next(APPEND_ROWS), APPEND_ROWS);
          Thread.sleep(random.nextInt(MIN_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
          table.compact(COMPACTED_ROWS);
        }
        index.awaitComplete(job, PATIENCE);
      }
      assertThat(index.assertClean(seed).indexedRows())
          .as(seed)
          .isEqualTo(FILL_ROWS + 2L * ROUNDS * APPEND_ROWS);
      assertEachVersionIsSound(index.history(), seed);
    }
  }

  private static void assertEachVersionIsSound(List<ManifestVersion> history, String seed) {
    Set<UUID> known = new HashSet<>();
    for (ManifestVersion version : history) {
      String where = "version " + version.version() + ", " + seed;
      assertThat(CoverageCheck.violations(version)).as(where).isEmpty();
      for (CommittedSegment segment : version.index().segments()) {
        if (known.add(segment.uuid())) {
          assertThat(segment.coverage().minus(version.live()).toList())
              .as("covered and gone by segment %s, %s", segment.uuid(), where)
              .isEmpty();
        }
      }
    }
    assertThat(known).as("segments published in all, %s", seed).hasSizeGreaterThan(3);
  }
}
