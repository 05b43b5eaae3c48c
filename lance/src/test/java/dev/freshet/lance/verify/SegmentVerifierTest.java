package dev.freshet.lance.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentVerifierTest {

  private static final long SEED = 11;
  private static final int PARTITIONS = 16;
  private static final int SAMPLES = 60;
  private static final double ALLOWED = 0.1;
  private static final Coverage ALL = Coverage.of(0, 1, 2, 3);

  @TempDir Path directory;

  static Stream<Arguments> healthy() {
    return Stream.of(8, 64, 768)
        .flatMap(
            dimension ->
                Stream.of(IndexType.values())
                    .filter(type -> type != IndexType.IVF_RQ)
                    .flatMap(
                        type ->
                            Stream.of(Metric.values())
                                .filter(metric -> metric != Metric.DOT || !scalar(type))
                                .filter(metric -> dimension < 768 || metric == Metric.L2)
                                .map(metric -> Arguments.of(type, metric, dimension))));
  }

  /** With dot Lance itself loses the neighbours of scalar codes: see its own test. */
  private static boolean scalar(IndexType type) {
    return type == IndexType.IVF_SQ || type == IndexType.IVF_HNSW_SQ;
  }

  @ParameterizedTest
  @MethodSource("healthy")
  void acceptsLossyCodesDuplicatesAndZeros(IndexType type, Metric metric, int dimension)
      throws Exception {
    TestVectors vectors = withDuplicatesAndZeros(dimension < 768 ? 4000 : 1200, dimension);
    IvfModel model = TestModels.of(vectors, type, metric, PARTITIONS);
    try (TestDataset dataset =
        TestDataset.of(directory.resolve("t"), vectors, vectors.rows() / 4)) {
      Verification result = verify(dataset, TestSegments.build(dataset, model, ALL), metric);

      assertThat(result.checked()).isGreaterThan(SAMPLES * 9 / 10);
      assertThat(result.passes(ALLOWED)).as("%s, seed %s", result, SEED).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_PQ", "IVF_HNSW_PQ", "IVF_HNSW_SQ"})
  void refusesWhatLanceDamagesInAMerge(IndexType type) throws Exception {
    TestVectors vectors = TestVectors.clustered(4000, 32, 16, SEED);
    IvfModel model = TestModels.of(vectors, type, Metric.L2, PARTITIONS);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 1000)) {
      Verification result = verify(dataset, TestSegments.mergeTwice(dataset, model), Metric.L2);

      assertThat(result.failed()).as("seed %s", SEED).isGreaterThan(result.checked() * 3 / 4);
      assertThat(result.passes(ALLOWED)).isFalse();
    }
  }

  @Test
  void refusesASegmentOfOtherRows() throws Exception {
    TestVectors vectors = TestVectors.clustered(4000, 32, 16, SEED);
    IvfModel model = TestModels.of(vectors, IndexType.IVF_PQ, Metric.L2, PARTITIONS);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 1000)) {
      SegmentRegistration built = TestSegments.build(dataset, model, Coverage.of(0, 1));
      SegmentRegistration wrong =
          new SegmentRegistration(
              built.uuid(),
              built.index(),
              built.field(),
              Coverage.of(2, 3),
              built.type(),
              built.details());

      assertThat(verify(dataset, wrong, Metric.L2)).isEqualTo(new Verification(SAMPLES, SAMPLES));
    }
  }

  @Test
  void looksOnlyIntoTheNewSegment() throws Exception {
    TestVectors vectors = TestVectors.clustered(4000, 32, 16, SEED);
    IvfModel model = TestModels.of(vectors, IndexType.IVF_PQ, Metric.L2, PARTITIONS);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 1000)) {
      TestSegments.publish(dataset, TestSegments.build(dataset, model, Coverage.of(0, 1)));
      Verification result =
          verify(dataset, TestSegments.build(dataset, model, Coverage.of(2)), Metric.L2);

      assertThat(result.checked()).isEqualTo(SAMPLES);
      assertThat(result.passes(ALLOWED)).as("%s, seed %s", result, SEED).isTrue();
    }
  }

  private static Verification verify(
      TestDataset dataset, SegmentRegistration segment, Metric metric) throws Exception {
    try (DatasetHandle handle = dataset.open();
        DetachedVersion detached =
            TestSegments.publisher(dataset)
                .detach(handle, segment, Set.of(), TestSegments.token(segment))) {
      return new SegmentVerifier(
              handle.column(TestDataset.COLUMN), (IndexType) segment.type(), metric, SAMPLES, SEED)
          .verify(detached.handle(), segment.coverage(), PARTITIONS);
    }
  }

  private static TestVectors withDuplicatesAndZeros(int rows, int dimension) {
    TestVectors vectors = TestVectors.clustered(rows, dimension, 16, SEED);
    for (int i = 1; i < 100; i++) {
      System.arraycopy(vectors.values(), 0, vectors.values(), i * dimension, dimension);
    }
    Arrays.fill(vectors.values(), 100 * dimension, 120 * dimension, 0f);
    return vectors;
  }
}
