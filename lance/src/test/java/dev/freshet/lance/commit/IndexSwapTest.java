package dev.freshet.lance.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.commit.IndexSwap.Outcome.NotReady;
import dev.freshet.lance.commit.IndexSwap.Outcome.Swapped;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.IndexCatalog;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.verify.SegmentEntries;
import dev.freshet.state.model.CommitOutcome.Conflict;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.format.LocalIndexStorage;
import dev.freshet.vector.quantizer.IvfModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.index.Index;

class IndexSwapTest {

  private static final long SEED = 3;
  private static final String SUCCESSOR = SuccessorName.of(TestSegments.INDEX);
  private static final String OTHER = "other_idx";

  @TempDir Path directory;

  private final TestVectors vectors = TestVectors.clustered(400, 8, 4, SEED);
  private final IvfModel old = TestModels.of(vectors, IndexType.IVF_FLAT, Metric.L2, 4);
  private final IvfModel model = TestModels.of(vectors, IndexType.IVF_FLAT, Metric.L2, 7);
  private TestDataset dataset;
  private DatasetVersions versions;

  @BeforeEach
  void create() {
    dataset = TestDataset.of(directory.resolve("t"), vectors, 100);
    versions = new DatasetVersions(dataset.location(), 1L << 30);
  }

  @AfterEach
  void close() {
    versions.close();
    dataset.close();
  }

  @Test
  void theSuccessorTakesTheNameAndNothingElseChanges() throws Exception {
    UUID first = publish(TestSegments.INDEX, old, 0, 1);
    publish(TestSegments.INDEX, old, 2);
    UUID kept = publish(OTHER, old, 0, 3);
    UUID left = publish(SUCCESSOR, model, 0, 1, 2);
    UUID right = publish(SUCCESSOR, model, 3);
    List<Index> before = entries(SUCCESSOR);

    assertThat(swap().swap(versions)).isEqualTo(new Swapped(7, Set.of()));

    assertThat(segments(TestSegments.INDEX))
        .containsExactlyInAnyOrder(
            new CommittedSegment(left, Coverage.of(0, 1, 2)),
            new CommittedSegment(right, Coverage.of(3)));
    assertThat(segments(SUCCESSOR)).isEmpty();
    assertThat(segments(OTHER)).containsExactly(new CommittedSegment(kept, Coverage.of(0, 3)));
    assertThat(entries(TestSegments.INDEX))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("name")
        .containsExactlyElementsOf(before);
    assertThat(dataset.path().resolve("_indices/" + first)).as("for older versions").exists();
    try (DatasetHandle handle = dataset.open()) {
      assertThat(IndexCatalog.list(handle)).hasSize(2);
    }
    assertAllRowsAreFound(400);
  }

  /** What a reader finds while both are there, whichever of them Lance asks. */
  @Test
  void bothAnswerRightlyBesideEachOther() throws Exception {
    publish(TestSegments.INDEX, old, 0, 1, 2);
    publish(SUCCESSOR, model, 0, 1);
    assertAllRowsAreFound(400);
    publish(SUCCESSOR, model, 2, 3);
    assertAllRowsAreFound(400);
    dataset.delete("id < 10");
    dataset.append(TestVectors.clustered(10, 8, 4, SEED), 10);
    assertAllRowsAreFound(400);
  }

  @Test
  void waitsForWhatTheIndexCovers() throws Exception {
    publish(TestSegments.INDEX, old, 0, 1);
    publish(SUCCESSOR, model, 0);

    assertThat(swap().swap(versions)).isEqualTo(new NotReady("it does not cover fragments [1]"));
    assertThat(versions.latestVersion()).isEqualTo(3);
    publish(SUCCESSOR, model, 1);
    assertThat(swap().swap(versions)).isEqualTo(new Swapped(5, Set.of()));
  }

  @Test
  void waitsUntilEntriesOfRewrittenRowsAreGone() throws Exception {
    publish(TestSegments.INDEX, old, 0);
    publish(SUCCESSOR, model, 0, 1);
    dataset.updateInPlace(1, 100, TestVectors.clustered(10, 8, 4, SEED + 1));

    assertThat(swap().swap(versions))
        .isInstanceOfSatisfying(
            NotReady.class, open -> assertThat(open.reason()).contains("is WORN"));
  }

  @Test
  void aFragmentThatIsGoneNeedsNoSegment() throws Exception {
    publish(TestSegments.INDEX, old, 0, 1);
    publish(SUCCESSOR, model, 1, 2);
    dataset.delete("id < 100");

    assertThat(swap().swap(versions)).isEqualTo(new Swapped(5, Set.of()));
    assertAllRowsAreFound(300);
  }

  @Test
  void aPublishToTheIndexMeanwhileIsAConflict() throws Exception {
    publish(TestSegments.INDEX, old, 0);
    publish(SUCCESSOR, model, 0);
    SegmentRegistration late = build(TestSegments.INDEX, old, 1);
    try (DatasetHandle before = dataset.open()) {
      assertThat(swap().swap(versions)).isEqualTo(new Swapped(4, Set.of()));

      assertThat(
              TestSegments.publisher(dataset)
                  .publish(before, List.of(late), Set.of(), TestSegments.token(late)))
          .as("decided before the swap")
          .isInstanceOf(Conflict.class);
    }
    UUID next = publish(SUCCESSOR, old, 0);
    try (DatasetHandle before = dataset.open()) {
      publish(TestSegments.INDEX, model, 1);

      assertThat(swap().commit(before)).as("decided before a publish").isInstanceOf(Conflict.class);
      assertThat(segments(SUCCESSOR)).extracting(CommittedSegment::uuid).containsExactly(next);
    }
  }

  @Test
  void aConcurrentCompactionIsAConflict() throws Exception {
    publish(TestSegments.INDEX, old, 0, 1);
    publish(SUCCESSOR, model, 0, 1);
    try (DatasetHandle before = dataset.open()) {
      dataset.compact(1000);
      assertThat(swap().commit(before)).isInstanceOf(Conflict.class);
    }
    assertThat(swap().swap(versions)).isInstanceOf(Swapped.class);
    assertAllRowsAreFound(400);
  }

  @Test
  void discardsTheSuccessorAlone() throws Exception {
    UUID first = publish(TestSegments.INDEX, old, 0);
    publish(SUCCESSOR, model, 0, 1);
    publish(SUCCESSOR, model, 2);

    assertThat(swap().discard(versions)).isTrue();
    assertThat(segments(SUCCESSOR)).isEmpty();
    assertThat(segments(TestSegments.INDEX))
        .extracting(CommittedSegment::uuid)
        .containsExactly(first);
    assertThat(swap().discard(versions)).isFalse();
    assertThat(versions.latestVersion()).isEqualTo(5);
  }

  @Test
  void anIndexThatIsGoneIsNotBroughtBack() {
    publish(SUCCESSOR, model, 0, 1);

    assertThatThrownBy(() -> swap().swap(versions))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("was dropped meanwhile");
  }

  private IndexSwap swap() {
    SegmentEntries entries =
        new SegmentEntries(new LocalIndexStorage(dataset.path().toString()), IndexType.IVF_FLAT);
    return new IndexSwap(TestSegments.INDEX, dataset.files(), new SuccessorCheck(entries));
  }

  private UUID publish(String index, IvfModel with, int... fragments) {
    SegmentRegistration segment = build(index, with, fragments);
    TestSegments.publish(dataset, segment);
    return segment.uuid();
  }

  private SegmentRegistration build(String index, IvfModel with, int... fragments) {
    SegmentRegistration built = TestSegments.build(dataset, with, Coverage.of(fragments));
    return new SegmentRegistration(
        built.uuid(), index, built.field(), built.coverage(), built.type(), built.details());
  }

  private List<CommittedSegment> segments(String index) {
    return versions.latestIndex(index).segments();
  }

  private List<Index> entries(String index) {
    try (DatasetHandle handle = dataset.open()) {
      return ManifestReader.segments(handle, index);
    }
  }

  /** Each row once; the rows that are deleted are the first, those that came have the next ids. */
  private void assertAllRowsAreFound(int rows) throws Exception {
    List<Long> found = dataset.searchAll(vectors.row(200));
    assertThat(found).hasSize(rows).doesNotHaveDuplicates();
    long last = found.get(rows - 1);
    assertThat(found)
        .containsExactlyElementsOf(LongStream.rangeClosed(last - rows + 1, last).boxed().toList());
  }
}
