package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Segments that the stream absorbs, again and again and also after a remap, answer like one that
 * Lance builds at once with the same model. Lance's own merges of them do not.
 */
class AbsorptionITCase {

  private static final long SEED = 83;
  private static final int DIMENSION = 64;
  private static final int ROWS = 1000;
  private static final int ROUNDS = 4;
  private static final int REFINE = 4;

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);

  @ParameterizedTest
  @EnumSource(names = {"IVF_PQ", "IVF_HNSW_PQ", "IVF_HNSW_SQ", "IVF_RQ"})
  void absorbedSegmentsAnswerAsOneBuiltAtOnce(IndexType type) throws Exception {
    String seed = "seed " + SEED;
    Path path = directory.resolve("vectors");
    Configuration once = TestIndex.once(path, type, Metric.L2);
    once.set(FreshetOptions.SEGMENTS_PER_TIER, 2);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(once)) {
      for (int round = 1; round <= ROUNDS; round++) {
        if (round == ROUNDS && type == IndexType.IVF_PQ) {
          LanceTables.compact(path, 2 * ROUNDS * ROWS); // its remap leaves transposed codes
        }
        table.append(vectors.next(ROWS), ROWS);
        TestJob.run(once, directory.resolve("checkpoints"));
        assertThat(index.segments()).as("round %d, %s", round, seed).hasSize(1);
      }

      double recall = index.assertClean(seed, REFINE).recallAt10FullProbe();
      assertThat(index.assertClean(seed).indexedRows()).as(seed).isEqualTo(ROUNDS * ROWS);
      assertThat(recall)
          .as("recall beside a build at once, %s", seed)
          .isGreaterThan(recallBuiltAtOnce(path, type, index) - tolerance(type));
    }
  }

  /** Lance draws a new rotation for each IVF_RQ segment, so that its recall varies. */
  private static double tolerance(IndexType type) {
    return type == IndexType.IVF_RQ ? 0.2 : 0.05;
  }

  private double recallBuiltAtOnce(Path path, IndexType type, TestIndex index) throws Exception {
    Path copy = LanceTables.copy(path, directory.resolve("copy"));
    LanceTables.reindex(copy, index.description().model());
    try (TestIndex lances = new TestIndex(TestIndex.stream(copy, type, Metric.L2))) {
      assertThat(lances.segments()).isNotEqualTo(List.of()).isNotEqualTo(index.segments());
      return lances.assertClean("built at once", REFINE).recallAt10FullProbe();
    }
  }
}
