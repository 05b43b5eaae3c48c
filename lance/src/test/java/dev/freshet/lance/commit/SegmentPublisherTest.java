package dev.freshet.lance.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.manifest.IndexCatalog;
import dev.freshet.lance.manifest.IndexSummary;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CommitOutcome.Committed;
import dev.freshet.state.model.CommitOutcome.Conflict;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Transaction;
import org.lance.operation.CreateIndex;

class SegmentPublisherTest {

  private static final long SEED = 3;
  private static final Set<UUID> NOTHING = Set.of();

  @TempDir Path directory;

  private final TestVectors vectors = TestVectors.clustered(400, 8, 4, SEED);
  private final IvfModel model = TestModels.of(vectors, IndexType.IVF_FLAT, Metric.COSINE, 4);
  private TestDataset dataset;

  @BeforeEach
  void create() {
    dataset = TestDataset.of(directory.resolve("t"), vectors, 100);
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  @Test
  void publishesWithTheTokenAsProperties() {
    SegmentRegistration segment = build(0, 1);

    assertThat(TestSegments.publish(dataset, segment)).isEqualTo(new Committed(2));
    try (DatasetHandle handle = dataset.open()) {
      ManifestVersion manifest = ManifestReader.read(handle, TestSegments.INDEX);
      assertThat(manifest.index().segments())
          .containsExactly(new CommittedSegment(segment.uuid(), Coverage.of(0, 1)));
      assertThat(manifest.uncovered()).isEqualTo(Coverage.of(2, 3));
      assertThat(handle.dataset().readTransaction().orElseThrow().transactionProperties())
          .contains(TestSegments.token(segment).properties());
      assertThat(IndexCatalog.list(handle))
          .containsExactly(
              new IndexSummary(
                  TestSegments.INDEX,
                  TestDataset.COLUMN,
                  "IVF_FLAT",
                  Optional.of(Metric.COSINE),
                  1));
    }
  }

  @Test
  void replacesInOneVersion() {
    SegmentRegistration first = build(0);
    SegmentRegistration second = build(1);
    SegmentRegistration both = build(0, 1, 2);
    TestSegments.publish(dataset, first);
    TestSegments.publish(dataset, second);

    assertThat(TestSegments.publish(dataset, both, first.uuid(), second.uuid()))
        .isEqualTo(new Committed(4));
    try (DatasetHandle handle = dataset.open()) {
      assertThat(ManifestReader.read(handle, TestSegments.INDEX).index().segments())
          .extracting(CommittedSegment::uuid)
          .containsExactly(both.uuid());
    }
  }

  @Test
  void aConcurrentPublishIsAConflict() {
    SegmentRegistration first = build(0);
    SegmentRegistration second = build(0);
    try (DatasetHandle old = dataset.open()) {
      TestSegments.publish(dataset, first);

      assertThat(publish(old, second))
          .isInstanceOfSatisfying(
              Conflict.class,
              conflict -> assertThat(conflict.reason()).contains("Retryable commit conflict"));
      assertThat(old.latestVersion()).isEqualTo(2);
    }
  }

  @Test
  void aConcurrentAppendIsNone() {
    SegmentRegistration segment = build(0);
    try (DatasetHandle old = dataset.open()) {
      dataset.append(vectors, 400);

      assertThat(publish(old, segment)).isEqualTo(new Committed(3));
    }
  }

  @Test
  void aConcurrentCompactionIsAConflict() {
    SegmentRegistration segment = build(0);
    try (DatasetHandle old = dataset.open()) {
      dataset.compact(1000);

      assertThat(publish(old, segment)).isInstanceOf(Conflict.class);
    }
  }

  @Test
  void refusesWhatWouldAbortTheProcess() {
    TestSegments.publish(dataset, build(0, 1));
    SegmentRegistration overlapping = build(1, 2);

    assertThatThrownBy(() -> TestSegments.publish(dataset, overlapping))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("overlaps other segments in [1] at version 2: decide again");
  }

  @Test
  void refusesToUncoverRows() {
    SegmentRegistration wide = build(0, 1);
    TestSegments.publish(dataset, wide);
    SegmentRegistration narrow = build(0);

    assertThatThrownBy(() -> TestSegments.publish(dataset, narrow, wide.uuid()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("would uncover [1]");
  }

  /** Lance accepts a segment over fragments that a compaction removed; the publisher does not. */
  @Test
  void refusesFragmentsThatAreGoneAndLanceDoesNot() {
    SegmentRegistration stale = build(0, 1);
    dataset.compact(1000);

    assertThatThrownBy(() -> TestSegments.publish(dataset, stale))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("covers fragments that are not there: [0-1]");
    try (DatasetHandle handle = dataset.open();
        Transaction raw =
            new Transaction.Builder()
                .readVersion(handle.version())
                .operation(
                    CreateIndex.builder()
                        .withNewIndices(
                            List.of(TestSegments.publisher(dataset).index(handle, stale)))
                        .build())
                .build();
        Dataset accepted = new CommitBuilder(handle.dataset()).execute(raw)) {
      assertThat(accepted.version()).isGreaterThan(handle.version());
      assertThat(accepted.getIndexes().get(0).fragments()).contains(List.of(0, 1));
    }
  }

  @Test
  void aDetachedVersionIsUnseenAndLeavesNothing() throws IOException {
    SegmentRegistration segment = build(0);
    List<Path> before = files();
    try (DatasetHandle handle = dataset.open();
        DetachedVersion detached =
            TestSegments.publisher(dataset)
                .detach(handle, segment, NOTHING, TestSegments.token(segment))) {
      assertThat(detached.handle().version()).isNegative();
      assertThat(detached.handle().dataset().getIndexes()).hasSize(1);
      assertThat(handle.latestVersion()).isEqualTo(1);
      assertThat(files()).hasSize(before.size() + 2);
    }
    assertThat(files()).containsExactlyElementsOf(before);
  }

  private CommitOutcome publish(DatasetHandle handle, SegmentRegistration segment) {
    return TestSegments.publisher(dataset)
        .publish(handle, List.of(segment), NOTHING, TestSegments.token(segment));
  }

  private SegmentRegistration build(int... fragments) {
    return TestSegments.build(dataset, model, Coverage.of(fragments));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(dataset.path())) {
      return files.sorted().toList();
    }
  }
}
