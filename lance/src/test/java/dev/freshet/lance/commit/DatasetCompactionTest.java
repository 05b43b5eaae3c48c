package dev.freshet.lance.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.lance.dataset.VectorColumn.Element;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.CommitOutcome.Committed;
import dev.freshet.state.model.CommitOutcome.Conflict;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetCompactionTest {

  private static final long SEED = 23;

  @TempDir Path directory;

  private final CompactionResultSerializer serializer = new CompactionResultSerializer();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void remapsOnlySegmentsThatCoverRewrittenFragments(boolean stableRowIds) throws Exception {
    TestVectors vectors = TestVectors.clustered(2000, 8, 8, SEED);
    IvfModel model = TestModels.of(vectors, IndexType.IVF_PQ, Metric.L2, 8);
    try (TestDataset dataset =
        TestDataset.create(directory.resolve("t"), Element.FLOAT32, 8, stableRowIds)) {
      dataset.append(vectors, 200);
      SegmentRegistration first = publish(dataset, model, 0, 1, 2, 3);
      SegmentRegistration second = publish(dataset, model, 4, 5, 6, 7, 8, 9);
      double before = TestSegments.recall(dataset, vectors, Metric.L2);
      dataset.delete("id = 1999");
      CompactionResult result = roundTrip(execute(dataset, Coverage.of(1, 2)));

      try (DatasetHandle handle = dataset.open()) {
        assertThat(DatasetCompaction.commit(handle, dataset.files(), List.of(result)))
            .isInstanceOf(Committed.class);
      }
      try (DatasetHandle handle = dataset.open()) {
        ManifestVersion manifest = ManifestReader.read(handle, TestSegments.INDEX);
        assertThat(manifest.live().intersect(Coverage.of(1, 2)).isEmpty()).isTrue();
        assertThat(manifest.liveRows()).isEqualTo(1999);
        assertThat(manifest.uncovered().isEmpty()).isTrue();
        assertThat(manifest.index().segments())
            .hasSize(2)
            .contains(new CommittedSegment(second.uuid(), second.coverage()));
        assertThat(
                manifest.index().segments().stream().anyMatch(s -> s.uuid().equals(first.uuid())))
            .as("with stable row ids nothing needs a remap")
            .isEqualTo(stableRowIds);
        assertThat(
                InsertedFragments.of(
                    handle,
                    new LocalDatasetFiles(dataset.path()),
                    Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)))
            .as("what a compaction wrote again was not inserted")
            .isEmpty();
      }
      assertThat(TestSegments.recall(dataset, vectors, Metric.L2))
          .as("seed %s", SEED)
          .isGreaterThan(before - 0.05);
    }
  }

  @Test
  void plansNeighboursUpToALimit() {
    TestVectors vectors = TestVectors.clustered(1000, 4, 2, SEED);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 100);
        DatasetHandle handle = dataset.open()) {
      assertThat(DatasetCompaction.plan(handle, 500, 0.1, 100, all -> true))
          .containsExactly(
              new CompactionGroup(1, Coverage.of(0, 1, 2, 3, 4), 500),
              new CompactionGroup(1, Coverage.of(5, 6, 7, 8, 9), 500));
      assertThat(DatasetCompaction.plan(handle, 500, 0.1, 5, all -> true))
          .containsExactly(new CompactionGroup(1, Coverage.of(0, 1, 2, 3, 4), 500));
      assertThat(DatasetCompaction.plan(handle, 500, 0.1, 8, all -> true))
          .containsExactly(
              new CompactionGroup(1, Coverage.of(0, 1, 2, 3, 4), 500),
              new CompactionGroup(1, Coverage.of(5, 6, 7), 500));
      assertThat(DatasetCompaction.plan(handle, 500, 0.1, 6, all -> true))
          .as("one of five is not rewritten alone")
          .containsExactly(new CompactionGroup(1, Coverage.of(0, 1, 2, 3, 4), 500));
    }
  }

  @Test
  void whatIsNotAllowedTakesNoPlace() {
    TestVectors vectors = TestVectors.clustered(1000, 4, 2, SEED);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 100);
        DatasetHandle handle = dataset.open()) {
      assertThat(
              DatasetCompaction.plan(
                  handle, 500, 0.1, 5, fragments -> !fragments.intersects(Coverage.of(0))))
          .containsExactly(new CompactionGroup(1, Coverage.of(5, 6, 7, 8, 9), 500));
    }
  }

  /** Lance itself would plan nothing here. */
  @Test
  void plansTheFirstPartOfAGroupThatIsLargerThanTheLimit() {
    TestVectors vectors = TestVectors.clustered(1000, 4, 2, SEED);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 100);
        DatasetHandle handle = dataset.open()) {
      assertThat(DatasetCompaction.plan(handle, 10_000, 0.1, 4, all -> true))
          .containsExactly(new CompactionGroup(1, Coverage.of(0, 1, 2, 3), 10_000));
    }
  }

  @Test
  void twoCompactionsOfOneFragmentConflict() throws Exception {
    TestVectors vectors = TestVectors.clustered(400, 4, 2, SEED);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 100)) {
      CompactionResult first = execute(dataset, Coverage.of(0, 1));
      CompactionResult second = execute(dataset, Coverage.of(1, 2));
      try (DatasetHandle handle = dataset.open();
          DatasetHandle old = dataset.open()) {
        assertThat(DatasetCompaction.commit(handle, dataset.files(), List.of(first)))
            .isInstanceOf(Committed.class);
        assertThat(DatasetCompaction.commit(old, dataset.files(), List.of(second)))
            .isInstanceOf(Conflict.class);
      }
      try (DatasetHandle fresh = dataset.open()) {
        assertThat(DatasetCompaction.commit(fresh, dataset.files(), List.of(second)))
            .isInstanceOfSatisfying(
                Conflict.class,
                conflict -> assertThat(conflict.reason()).contains("Fragments [1] are no longer"));
      }
    }
  }

  /** Lance alone refuses it: "preempted by concurrent transaction CreateIndex". */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void segmentsPublishedMeanwhileDoNotStopACompaction(boolean stableRowIds) throws Exception {
    TestVectors vectors = TestVectors.clustered(2000, 8, 8, SEED);
    IvfModel model = TestModels.of(vectors, IndexType.IVF_PQ, Metric.L2, 8);
    try (TestDataset dataset =
        TestDataset.create(directory.resolve("t"), Element.FLOAT32, 8, stableRowIds)) {
      dataset.append(vectors, 200);
      dataset.delete("id = 250");
      publish(dataset, model, 0, 1, 2, 3);
      CompactionResult result = roundTrip(execute(dataset, Coverage.of(1, 2)));
      publish(dataset, model, 4, 5, 6, 7, 8, 9);
      double before = TestSegments.recall(dataset, vectors, Metric.L2);
      try (DatasetHandle handle = dataset.open()) {
        assertThat(DatasetCompaction.commit(handle, dataset.files(), List.of(result)))
            .isInstanceOf(Committed.class);
      }
      try (DatasetHandle handle = dataset.open()) {
        ManifestVersion manifest = ManifestReader.read(handle, TestSegments.INDEX);
        assertThat(manifest.live().intersects(Coverage.of(1, 2))).isFalse();
        assertThat(manifest.uncovered().isEmpty()).isTrue();
        assertThat(manifest.liveRows()).isEqualTo(1999);
      }
      assertThat(TestSegments.recall(dataset, vectors, Metric.L2))
          .as("seed %s", SEED)
          .isGreaterThan(before - 0.05);
    }
  }

  @Test
  void deletionsMeanwhileStopACompaction() throws Exception {
    TestVectors vectors = TestVectors.clustered(2000, 8, 8, SEED);
    IvfModel model = TestModels.of(vectors, IndexType.IVF_PQ, Metric.L2, 8);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 200)) {
      publish(dataset, model, 0, 1, 2, 3);
      CompactionResult result = execute(dataset, Coverage.of(1, 2));
      publish(dataset, model, 4, 5);
      dataset.delete("id = 250");
      assertConflict(dataset, result);
    }
  }

  @Test
  void aSegmentOverPartOfTheFragmentsStopsACompaction() throws Exception {
    TestVectors vectors = TestVectors.clustered(2000, 8, 8, SEED);
    IvfModel model = TestModels.of(vectors, IndexType.IVF_PQ, Metric.L2, 8);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 200)) {
      CompactionResult result = execute(dataset, Coverage.of(3, 4));
      publish(dataset, model, 0, 1, 2, 3);
      assertConflict(dataset, result);
    }
  }

  private static void assertConflict(TestDataset dataset, CompactionResult result) {
    try (DatasetHandle handle = dataset.open()) {
      assertThat(DatasetCompaction.commit(handle, dataset.files(), List.of(result)))
          .isInstanceOf(Conflict.class);
    }
  }

  @Test
  void refusesADamagedResult() throws IOException {
    TestVectors vectors = TestVectors.clustered(200, 4, 2, SEED);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 100)) {
      byte[] bytes = serializer.serialize(execute(dataset, Coverage.of(0, 1)));

      assertThatThrownBy(() -> serializer.deserialize(2, bytes))
          .isInstanceOf(IOException.class)
          .hasMessage("Unknown version 2 of a compaction result");
      assertThatThrownBy(() -> serializer.deserialize(1, Arrays.copyOf(bytes, bytes.length + 3)))
          .isInstanceOf(IOException.class)
          .hasMessage("3 bytes after a compaction result");
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> serializer.deserialize(1, cut)).isInstanceOf(IOException.class);
      }
    }
  }

  private static SegmentRegistration publish(
      TestDataset dataset, IvfModel model, int... fragments) {
    SegmentRegistration segment = TestSegments.build(dataset, model, Coverage.of(fragments));
    TestSegments.publish(dataset, segment);
    return segment;
  }

  private static CompactionResult execute(TestDataset dataset, Coverage fragments) {
    try (DatasetHandle handle = dataset.open()) {
      return DatasetCompaction.execute(
          handle, new CompactionGroup(handle.version(), fragments, 1000));
    }
  }

  private CompactionResult roundTrip(CompactionResult result) throws IOException {
    CompactionResult copy = serializer.deserialize(1, serializer.serialize(result));
    assertThat(copy).usingRecursiveComparison().isEqualTo(result);
    return copy;
  }
}
