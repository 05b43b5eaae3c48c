package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.report.IndexVerification;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An index that Lance built: its model and its segment stay, what is new is added. */
class TakeOverITCase {

  private static final long SEED = 41;
  private static final int DIMENSION = 32;
  private static final int ROWS = 2000;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"IVF_PQ, L2, 0.02", "IVF_SQ, COSINE, 0.02", "IVF_FLAT, DOT, 0"})
  void onlyWhatIsNewIsIndexed(IndexType type, Metric metric, double tolerance) throws Exception {
    String seed = "seed " + SEED;
    Path path = directory.resolve("vectors");
    Configuration stream = TestIndex.once(path, type, metric);
    ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream)) {
      table.append(vectors.next(ROWS), ROWS);
      table.append(vectors.next(ROWS), ROWS);
      LanceTables.index(path, type, metric, TestIndex.PARTITIONS, DIMENSION / 4);
      UUID old = index.segments().get(0);
      IvfModel model = index.description().model();
      table.append(vectors.next(ROWS), ROWS);
      table.append(vectors.next(ROWS / 2), ROWS / 2);

      JobExecutionResult ended = TestJob.run(stream, directory.resolve("checkpoints"));

      assertThat(ended.<Long>getAccumulatorResult(EncodingMetrics.ROWS_ENCODED))
          .as("rows encoded, %s", seed)
          .isEqualTo(ROWS + ROWS / 2);
      assertThat(index.manifest().index().segments())
          .as(seed)
          .hasSize(2)
          .contains(new CommittedSegment(old, Coverage.of(0, 1)));
      assertThat(index.models()).as(seed).containsOnly(model.id());
      IndexVerification.Report report = index.assertClean(seed);
      assertThat(report.indexedRows()).isEqualTo(3L * ROWS + ROWS / 2);
      assertThat(report.recallAt10FullProbe())
          .as("recall against Lance's own index of that model, %s", seed)
          .isCloseTo(lanceRecall(path, model, seed), within(tolerance));
    }
  }

  private double lanceRecall(Path path, IvfModel model, String seed) throws Exception {
    Path copy = LanceTables.copy(path, directory.resolve("copy"));
    LanceTables.reindex(copy, model);
    try (TestIndex index = new TestIndex(TestIndex.once(copy, model.type(), model.metric()))) {
      return index.assertClean(seed).recallAt10FullProbe();
    }
  }
}
