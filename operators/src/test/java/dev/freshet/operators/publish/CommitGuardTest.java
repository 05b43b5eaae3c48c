package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.commit.DatasetCompaction;
import dev.freshet.lance.commit.FragmentAppender;
import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.commit.TableProperties;
import dev.freshet.lance.commit.UnkeepableIndexException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.IndexCatalog;
import dev.freshet.lance.manifest.IndexSummary;
import dev.freshet.lance.manifest.ManifestFile;
import dev.freshet.lance.manifest.StoredIndex;
import dev.freshet.lance.write.WrittenFragments;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.garbage.GarbageCollector;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.format.ProtoWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.CommitBuilder;
import org.lance.Transaction;
import org.lance.index.Index;
import org.lance.operation.CreateIndex;

/** An index of a version that Lance does not read is in the manifest, and Lance hides it. */
class CommitGuardTest {

  private static final UUID NEWER = UUID.randomUUID();

  @TempDir Path directory;

  private TestStream stream;

  @BeforeEach
  void createDataset() {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 2);
  }

  @AfterEach
  void closeDataset() {
    stream.close();
  }

  @Test
  void lanceHidesAnIndexOfANewerVersionAndItsFileHoldsIt() {
    commit("InvertedIndexDetails", 3);
    try (DatasetHandle handle = stream.dataset.open()) {
      assertThat(handle.dataset().getIndexes()).isEmpty();
      assertThat(stored()).extracting(StoredIndex::uuid).containsExactly(NEWER);
      assertThat(stored().get(0)).hasToString("'words' (Inverted, version 3)");
    }
  }

  @Test
  void noCommitIsMadeThatWouldRemoveIt() {
    SegmentRegistration segment =
        TestSegments.build(
            stream.dataset,
            TestModels.of(stream.vectors, IndexType.IVF_FLAT, Metric.L2, 2),
            Coverage.of(0));
    commit("InvertedIndexDetails", 3);
    try (DatasetHandle handle = stream.dataset.open()) {
      long version = handle.version();
      SegmentPublisher publisher = TestSegments.publisher(stream.dataset);
      refused(
          () -> publisher.publish(handle, List.of(segment), Set.of(), TestSegments.token(segment)));
      refused(() -> publisher.withdraw(handle, TestSegments.INDEX, Set.of()));
      refused(
          () ->
              FragmentAppender.append(
                  handle, stream.files(), new WrittenFragments(List.of()), Map.of()));
      refused(() -> TableProperties.replace(handle, stream.files(), "p.", Map.of("p.a", "b")));
      refused(
          () ->
              DatasetCompaction.commit(
                  handle,
                  stream.files(),
                  List.of(
                      DatasetCompaction.execute(
                          handle, new CompactionGroup(version, Coverage.of(0, 1), 1000)))));
      assertThat(handle.latestVersion()).isEqualTo(version);
      assertThat(stored()).extracting(StoredIndex::uuid).containsExactly(NEWER);
    }
  }

  @Test
  void itsFilesAreNoGarbage() throws IOException {
    Path files = stream.dataset.path().resolve("_indices").resolve(NEWER.toString());
    Files.createDirectories(files);
    Files.writeString(files.resolve("tokens.lance"), "tokens");
    GarbageCollector collector =
        new GarbageCollector(
            stream.versions,
            stream.files(),
            stream.options().indexStorage(),
            new GarbagePolicy(Duration.ZERO, Duration.ZERO),
            Optional.empty());
    Instant later = Instant.now().plusSeconds(60);
    assertThat(collector.find(later)).as("before it is committed").hasSize(1);
    commit("InvertedIndexDetails", 3);
    assertThat(collector.find(later)).isEmpty();
  }

  @Test
  void anIndexOfAnUnknownTypeIsKeptAndListed() {
    commit("FmIndexDetails", 10);
    SegmentRegistration segment =
        TestSegments.build(
            stream.dataset,
            TestModels.of(stream.vectors, IndexType.IVF_FLAT, Metric.L2, 2),
            Coverage.of(0));
    assertThat(TestSegments.publish(stream.dataset, segment))
        .isInstanceOf(CommitOutcome.Committed.class);
    assertThat(stored())
        .extracting(StoredIndex::uuid)
        .containsExactlyInAnyOrder(NEWER, segment.uuid());
    try (DatasetHandle handle = stream.dataset.open()) {
      assertThat(IndexCatalog.list(handle))
          .extracting(IndexSummary::name, IndexSummary::type)
          .contains(tuple("words", "Fm"));
    }
  }

  private static void refused(ThrowingCallable commit) {
    assertThatThrownBy(commit)
        .isInstanceOf(UnkeepableIndexException.class)
        .hasMessageStartingWith("Index 'words' (Inverted, version 3) of ")
        .hasMessageContaining("nothing is committed; drop that index or build it for an older");
  }

  private List<StoredIndex> stored() {
    try (DatasetHandle handle = stream.dataset.open()) {
      return ManifestFile.of(handle.location(), stream.files(), handle.version()).indexes();
    }
  }

  /** Commits an entry that has no files: nobody reads it here. */
  private void commit(String details, int version) {
    try (DatasetHandle handle = stream.dataset.open();
        Transaction transaction =
            new Transaction.Builder()
                .readVersion(handle.version())
                .operation(
                    CreateIndex.builder()
                        .withNewIndices(
                            List.of(
                                Index.builder()
                                    .uuid(NEWER)
                                    .name("words")
                                    .fields(List.of(0))
                                    .datasetVersion(handle.version())
                                    .fragments(List.of(0, 1))
                                    .indexDetails(
                                        new ProtoWriter()
                                            .string(1, "/lance.index.pb." + details)
                                            .toByteArray())
                                    .indexVersion(version)
                                    .indexType(org.lance.index.IndexType.INVERTED)
                                    .createdAt(Instant.now())
                                    .build()))
                        .withRemovedIndices(List.of())
                        .build())
                .build()) {
      new CommitBuilder(handle.dataset()).execute(transaction).close();
    }
  }
}
