package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stream compacts the small fragments of one segment; the other segments stay as they are. */
class CompactionITCase {

  private static final long SEED = 71;
  private static final int DIMENSION = 64;
  private static final int LARGE_ROWS = 1000;
  private static final int SMALL_ROWS = 400;
  private static final int SMALL_FRAGMENTS = 8;
  private static final int LIVE_ROWS = 2 * LARGE_ROWS + SMALL_FRAGMENTS * SMALL_ROWS;

  /** Above the small fragments twice, below the large ones. */
  private static final long TARGET_ROWS = 900;

  private static final int REFINE = 4;
  private static final double LOSS = 0.05;
  private static final Coverage SMALL = Coverage.of(1, 2, 3, 4, 5, 6, 7, 8);
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);

  @ParameterizedTest
  @EnumSource(names = {"IVF_PQ", "IVF_HNSW_SQ", "IVF_RQ"})
  void onlyTheCompactedSegmentChanges(IndexType type) throws Exception {
    String seed = "seed " + SEED;
    Path path = directory.resolve("vectors");
    Configuration stream = compacting(TestIndex.stream(path, type, Metric.L2));
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream)) {
      indexThreeSegments(table, TestIndex.once(path, type, Metric.L2));
      List<CommittedSegment> before = index.manifest().index().segments();
      double recall = index.assertClean(seed, REFINE).recallAt10FullProbe();
      Path copy = LanceTables.copy(path, directory.resolve("copy"));

      try (TestJob job = TestJob.start(stream, directory.resolve("checkpoints"), 2, 0)) {
        index.await(job, PATIENCE, manifest -> !manifest.live().intersects(SMALL));
        index.awaitComplete(job, PATIENCE);
      }

      List<UUID> after = index.segments();
      for (CommittedSegment segment : before) {
        assertThat(after.contains(segment.uuid()))
            .as("%s is there still, %s", segment, seed)
            .isEqualTo(!segment.coverage().equals(SMALL));
      }
      assertThat(index.assertClean(seed).indexedRows()).as(seed).isEqualTo(LIVE_ROWS);
      assertThat(index.assertClean(seed, REFINE).recallAt10FullProbe())
          .as("recall after the compaction, %s", seed)
          .isGreaterThan(recall - LOSS);
      if (!type.survivesRemap()) {
        assertThat(recallAfterPlainCompaction(copy, type))
            .as("recall after Lance's own compaction: its remap is wrong, %s", seed)
            .isLessThan(recall - 2 * LOSS);
      }
    }
  }

  /** A large fragment, many small ones, a large fragment: a segment each. */
  private void indexThreeSegments(VectorTable table, Configuration once) throws Exception {
    table.append(vectors.next(LARGE_ROWS), LARGE_ROWS);
    TestJob.run(once, directory.resolve("checkpoints"));
    for (int i = 0; i < SMALL_FRAGMENTS; i++) {
      table.append(vectors.next(SMALL_ROWS), SMALL_ROWS);
    }
    TestJob.run(once, directory.resolve("checkpoints"));
    table.append(vectors.next(LARGE_ROWS), LARGE_ROWS);
    TestJob.run(once, directory.resolve("checkpoints"));
  }

  private static Configuration compacting(Configuration stream) {
    stream.set(FreshetOptions.COMPACTION, true);
    stream.set(FreshetOptions.COMPACTION_INTERVAL, Duration.ofMillis(500));
    stream.set(FreshetOptions.COMPACTION_FRAGMENTS, SMALL_FRAGMENTS);
    stream.set(FreshetOptions.COMPACTION_TARGET_ROWS, TARGET_ROWS);
    return stream;
  }

  private static double recallAfterPlainCompaction(Path copy, IndexType type) throws Exception {
    LanceTables.compact(copy, TARGET_ROWS);
    try (TestIndex index = new TestIndex(TestIndex.stream(copy, type, Metric.L2))) {
      return index.assertClean("plain compaction", REFINE).recallAt10FullProbe();
    }
  }
}
