package dev.freshet.lance.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What Lance's own merge and remap do to segments, and why Freshet merges by itself or not at all.
 *
 * <p>A failure here after an upgrade of Lance is good news: the damage is gone, look at the rules
 * again.
 */
class LanceMergeDamageTest {

  private static final long SEED = 5;

  @TempDir Path directory;

  private final TestVectors vectors = TestVectors.clustered(4000, 32, 16, SEED);

  @Test
  void mergingMergedPqSegmentsCorruptsTheirCodes() throws Exception {
    IvfModel model = TestModels.of(vectors, IndexType.IVF_PQ, Metric.L2, 16);
    double fresh = recallOf(model, "fresh", false);
    double merged = recallOf(model, "merged", true);

    assertThat(fresh).as("seed %s", SEED).isGreaterThan(0.7);
    assertThat(merged).as("seed %s", SEED).isLessThan(0.3);
  }

  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_HNSW_PQ", "IVF_HNSW_SQ"})
  void mergingHnswSegmentsLosesTheGraph(IndexType type) throws Exception {
    IvfModel model = TestModels.of(vectors, type, Metric.L2, 16);
    double fresh = recallOf(model, "fresh", false);
    double merged = recallOf(model, "merged", true);

    assertThat(fresh).as("seed %s", SEED).isGreaterThan(0.7);
    assertThat(merged).as("seed %s", SEED).isLessThan(0.1);
  }

  @Test
  void mergingFlatSegmentsKeepsThem() throws Exception {
    IvfModel model = TestModels.of(vectors, IndexType.IVF_FLAT, Metric.L2, 16);

    assertThat(recallOf(model, "merged", true)).as("seed %s", SEED).isEqualTo(1.0);
  }

  @Test
  void mergingSqSegmentsMixesTheirBounds() throws Exception {
    IvfModel model = TestModels.of(vectors, IndexType.IVF_SQ, Metric.L2, 16);
    double fresh = recallOf(model, "fresh", false);
    double merged = recallOf(model, "merged", true);

    assertThat(fresh).as("seed %s", SEED).isGreaterThan(0.9);
    assertThat(merged).as("seed %s", SEED).isLessThan(0.8);
  }

  @Test
  void mergingRqSegmentsMixesTheirRotations() throws Exception {
    IvfModel model = TestModels.of(vectors, IndexType.IVF_RQ, Metric.L2, 16);
    double fresh = recallOf(model, "fresh", false);
    double merged = recallOf(model, "merged", true);

    assertThat(merged).as("seed %s, fresh %s", SEED, fresh).isLessThan(0.8 * fresh);
  }

  @Test
  void mergingRemappedPqSegmentsCorruptsTheirCodes() throws Exception {
    IvfModel model = TestModels.of(vectors, IndexType.IVF_PQ, Metric.L2, 16);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 500)) {
      TestSegments.publish(dataset, TestSegments.build(dataset, model, Coverage.of(0, 1, 2, 3)));
      TestSegments.publish(dataset, TestSegments.build(dataset, model, Coverage.of(4, 5, 6, 7)));
      dataset.compact(2000);
      double remapped = TestSegments.recall(dataset, vectors, Metric.L2);
      mergeCommitted(dataset);
      double merged = TestSegments.recall(dataset, vectors, Metric.L2);

      assertThat(remapped).as("seed %s", SEED).isGreaterThan(0.7);
      assertThat(merged).as("seed %s", SEED).isLessThan(0.3);
    }
  }

  private double recallOf(IvfModel model, String name, boolean merged) throws Exception {
    try (TestDataset dataset = TestDataset.of(directory.resolve(name), vectors, 1000)) {
      TestSegments.publish(
          dataset,
          merged
              ? TestSegments.mergeTwice(dataset, model)
              : TestSegments.build(dataset, model, Coverage.of(0, 1, 2, 3)));
      return TestSegments.recall(dataset, vectors, Metric.L2);
    }
  }

  private static void mergeCommitted(TestDataset dataset) {
    List<SegmentRegistration> committed = new ArrayList<>();
    try (DatasetHandle handle = dataset.open()) {
      ManifestReader.segments(handle, TestSegments.INDEX)
          .forEach(
              index ->
                  committed.add(
                      new SegmentRegistration(
                          index.uuid(),
                          index.name(),
                          handle.column(TestDataset.COLUMN).field(),
                          Coverage.of(index.fragments().orElseThrow()),
                          IndexType.IVF_PQ,
                          index.indexDetails().orElseThrow())));
    }
    TestSegments.publish(
        dataset,
        TestSegments.merge(dataset, committed),
        committed.stream().map(SegmentRegistration::uuid).toArray(UUID[]::new));
  }
}
