package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.report.DatasetStatus;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Fragments of which no row can be indexed, beside good ones: they count as covered, their rows are
 * skipped and counted, and the stream goes on.
 */
class UnencodableRowsITCase {

  private static final long SEED = 29;
  private static final int DIMENSION = 16;
  private static final int ROWS = 400;
  private static final float[] VALUES = {Float.NaN, Float.POSITIVE_INFINITY, 0};
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);

  /** All together before there is a model; then each alone, so that a plan has no row at all. */
  @ParameterizedTest
  @CsvSource({"IVF_PQ, COSINE", "IVF_HNSW_SQ, L2"})
  void wholeFragmentsOfThemAreSkipped(IndexType type, Metric metric) throws Exception {
    String description = type + " " + metric + ", seed " + SEED;
    Path path = directory.resolve("vectors");
    OtherWriter writer = new OtherWriter(DatasetLocation.of(path.toString()));
    Configuration stream = TestIndex.stream(path, type, metric);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream);
        TestJob job = TestJob.start(stream, directory.resolve("checkpoints"), 1, 0)) {
      writer.appendWithoutVectors(ROWS);
      for (float value : VALUES) {
        table.append(filled(value), ROWS);
      }
      table.append(vectors.next(ROWS), ROWS);
      index.awaitComplete(job, PATIENCE);
      writer.appendWithoutVectors(ROWS);
      index.awaitComplete(job, PATIENCE);
      for (float value : VALUES) {
        table.append(filled(value), ROWS);
        index.awaitComplete(job, PATIENCE);
      }
      table.append(vectors.next(ROWS), ROWS);
      index.awaitComplete(job, PATIENCE);

      boolean zeros = metric != Metric.COSINE; // have no direction
      assertThat(index.assertClean(description).indexedRows())
          .as(description)
          .isEqualTo((zeros ? 4L : 2L) * ROWS);
      assertAllCovered(stream, 10L * ROWS);
      if (type.builder() == IndexType.Builder.FRESHET) {
        assertThat(job.count("rowsNull")).as(description).isEqualTo(2L * ROWS);
        assertThat(job.count("rowsNonFinite")).as(description).isEqualTo((zeros ? 4L : 6L) * ROWS);
        assertThat(job.count("verificationsFailed")).as(description).isZero();
      }
      assertThat(job.count("fragmentsUnreadable")).as(description).isZero();
      assertThat(job.restarts()).as(description).isZero();
    }
  }

  private static float[] filled(float value) {
    float[] filled = new float[ROWS * DIMENSION];
    Arrays.fill(filled, value);
    return filled;
  }

  /** As {@code status} sees it. */
  private static void assertAllCovered(Configuration stream, long rows) throws IOException {
    StreamOptions options = StreamOptions.from(stream);
    try (DatasetVersions versions = new DatasetVersions(options.location(), 1L << 20)) {
      DatasetStatus.Index status =
          DatasetStatus.of(
                  versions,
                  options.indexStorage(),
                  StorageAccess.datasetFiles(options.location(), RequestCounter.NONE))
              .indexes()
              .get(0);
      assertThat(status.coveredRows()).isEqualTo(rows);
      assertThat(status.uncoveredFragments()).isZero();
      assertThat(status.deadLetters()).isEmpty();
    }
  }
}
