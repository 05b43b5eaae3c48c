package dev.freshet.lance.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.read.ForcedQuery;
import dev.freshet.lance.read.ForcedQuery.Neighbours;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Index types whose codes are wrong in a fresh segment of Lance, before any merge. */
class LanceCodesDamageTest {

  private static final long SEED = 1;

  @TempDir Path directory;

  private final TestVectors vectors = TestVectors.clustered(4000, 32, 16, SEED);

  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_SQ", "IVF_HNSW_SQ"})
  void scalarCodesDoNotRankDotProducts(IndexType type) throws Exception {
    double dot = recall(type, Metric.DOT);
    double l2 = recall(type, Metric.L2);

    assertThat(l2).as("seed %s", SEED).isGreaterThan(0.7);
    assertThat(dot).as("seed %s", SEED).isLessThan(0.3);
  }

  /** An unbiased RaBitQ estimate of the distance between a vector and its own code is zero. */
  @Test
  void manyOneBitCodesAreFarFromTheirOwnVectors() throws Exception {
    assumeThat(Files.readString(Path.of("/proc/cpuinfo")))
        .as("with AVX-512 Lance takes another code path")
        .doesNotContain("avx512");
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 4000)) {
      SegmentRegistration segment =
          TestSegments.build(
              dataset, TestModels.of(vectors, IndexType.IVF_RQ, Metric.L2, 16), Coverage.of(0));
      TestSegments.publish(dataset, segment);
      int near = 0;
      try (DatasetHandle handle = dataset.open()) {
        ForcedQuery query =
            new ForcedQuery(handle, handle.column(TestDataset.COLUMN), segment.coverage());
        for (int row = 0; row < 4000; row += 20) {
          near += isNear(query.neighbours(vectors.row(row), 4000), row) ? 1 : 0;
        }
      }

      assertThat(near).as("of 200, seed %s", SEED).isBetween(40, 160);
    }
  }

  private static boolean isNear(Neighbours neighbours, long rowId) {
    return IntStream.range(0, neighbours.rowIds().length)
        .anyMatch(
            i -> neighbours.rowIds()[i] == rowId && Math.abs(neighbours.distances()[i]) < 0.01);
  }

  private double recall(IndexType type, Metric metric) throws Exception {
    try (TestDataset dataset = TestDataset.of(directory.resolve(metric.name()), vectors, 4000)) {
      TestSegments.publish(
          dataset,
          TestSegments.build(dataset, TestModels.of(vectors, type, metric, 16), Coverage.of(0)));
      return TestSegments.recall(dataset, vectors, metric);
    }
  }
}
