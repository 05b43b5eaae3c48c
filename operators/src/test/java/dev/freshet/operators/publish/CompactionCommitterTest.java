package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.commit.CompactionResult;
import dev.freshet.lance.commit.DatasetCompaction;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.state.protocol.SegmentRechecker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lance.FragmentMetadata;
import org.lance.fragment.DataFile;

class CompactionCommitterTest {

  private static final int FRAGMENTS = 4;

  @TempDir Path directory;

  private final RecordedMetrics metrics = new RecordedMetrics();
  private final BackgroundCommit background = new BackgroundCommit();

  @Test
  void carriesSegmentsOver() throws Exception {
    try (TestStream stream = create(IndexType.IVF_PQ)) {
      publish(stream, 0, 1, 2, 3);
      commit(stream, execute(stream, 0, 1));
      ManifestVersion manifest = stream.manifest();
      assertThat(manifest.live()).isEqualTo(Coverage.of(2, 3, 4));
      assertThat(manifest.uncovered().isEmpty()).isTrue();
      assertThat(metrics.count("compactionsCommitted")).isEqualTo(1);
      assertThat(TestSegments.recall(stream.dataset, stream.vectors, Metric.L2))
          .as("recall, seed %s", TestStream.SEED)
          .isGreaterThan(0.6);
    }
  }

  @Test
  void aReplayChangesNothing() throws Exception {
    try (TestStream stream = create(IndexType.IVF_PQ)) {
      CompactionResult result = execute(stream, 0, 1);
      commit(stream, result);
      ManifestVersion compacted = stream.manifest();
      commit(stream, result);
      assertThat(stream.manifest()).isEqualTo(compacted);
      assertThat(metrics.count("compactionsCommitted")).isEqualTo(1);
    }
  }

  @Test
  void losesAgainstAnotherCompaction() throws Exception {
    try (TestStream stream = create(IndexType.IVF_PQ)) {
      CompactionResult first = execute(stream, 0, 1);
      CompactionResult second = execute(stream, 1, 2);
      commit(stream, first);
      ManifestVersion compacted = stream.manifest();
      commit(stream, second);
      assertThat(stream.manifest()).isEqualTo(compacted);
    }
  }

  @Test
  void bringsNoDeletedRowBack() throws Exception {
    try (TestStream stream = create(IndexType.IVF_PQ)) {
      publish(stream, 0, 1, 2, 3);
      CompactionResult result = execute(stream, 0, 1);
      stream.dataset.delete("id < 100");
      commit(stream, result);
      assertThat(stream.manifest().liveRows())
          .as("rows that were deleted while the fragments were rewritten")
          .isEqualTo(FRAGMENTS * TestStream.ROWS - 100);
      assertThat(stream.manifest().live())
          .as("left as they are")
          .isEqualTo(Coverage.of(0, 1, 2, 3));
      assertThat(metrics.count("commitConflicts")).isEqualTo(1);
    }
  }

  @Test
  void rewritesInSpiteOfAppends() throws Exception {
    try (TestStream stream = create(IndexType.IVF_PQ)) {
      CompactionResult result = execute(stream, 0, 1);
      stream.dataset.append(stream.vectors, 10_000);
      commit(stream, result);
      assertThat(stream.manifest().liveRows()).isEqualTo(2L * FRAGMENTS * TestStream.ROWS);
      assertThat(metrics.count("compactionsCommitted")).isEqualTo(1);
    }
  }

  /** As after a restore from a checkpoint older than what a collection of garbage spares. */
  @Test
  void isDroppedIfItsFilesAreGone() throws Exception {
    try (TestStream stream = create(IndexType.IVF_PQ)) {
      publish(stream, 0, 1, 2, 3);
      ManifestVersion before = stream.manifest();
      CompactionResult result = execute(stream, 0, 1);
      for (FragmentMetadata fragment : result.rewritten()) {
        for (DataFile file : fragment.getFiles()) {
          Files.delete(directory.resolve("t/data").resolve(file.getPath()));
        }
      }
      commit(stream, result);
      assertThat(stream.manifest()).isEqualTo(before);
      assertThat(metrics.count("compactionsCommitted")).isZero();
    }
  }

  /** A collection of garbage may have looked for their names already. */
  @Test
  void isDroppedIfItsFilesAreAboutToBeGarbage() throws Exception {
    try (TestStream stream = create(IndexType.IVF_PQ)) {
      ManifestVersion before = stream.manifest();
      CompactionResult result = execute(stream, 0, 1);
      Instant old = Instant.now().minus(GarbagePolicy.DEFAULT_DATA_GRACE).plusSeconds(60);
      for (String name : result.fileNames()) {
        Files.setLastModifiedTime(directory.resolve("t/data").resolve(name), FileTime.from(old));
      }
      commit(stream, result);
      assertThat(stream.manifest()).isEqualTo(before);
    }
  }

  /** Nothing tells which of its entries are dead. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withdrawsASegmentThatCannotBeReadFirst(boolean gone) throws Exception {
    try (TestStream stream =
        TestStream.withStableRowIds(directory.resolve("t"), IndexType.IVF_PQ, FRAGMENTS)) {
      UUID damaged = publish(stream, 0, 1).uuid();
      CompactionResult result = execute(stream, 0, 1);
      if (gone) {
        stream.options().indexStorage().delete(damaged);
      } else {
        stream.truncate(damaged);
      }
      commit(stream, result);
      assertThat(stream.manifest().index().segments()).isEmpty();
      assertThat(metrics.count("compactionsCommitted")).isEqualTo(1);
    }
  }

  /** A newer writer may have built it, and rightly so. */
  @Test
  void isDroppedOverASegmentOfAnUnknownFormat() throws Exception {
    try (TestStream stream =
        TestStream.withStableRowIds(directory.resolve("t"), IndexType.IVF_PQ, FRAGMENTS)) {
      UUID segment = publish(stream, 0, 1).uuid();
      CompactionResult result = execute(stream, 0, 1);
      stream.overwrite(segment, bytes -> bytes[bytes.length - 6] = 9); // the minor version
      ManifestVersion before = stream.manifest();
      commit(stream, result);
      assertThat(stream.manifest()).isEqualTo(before);
      assertThat(metrics.count("compactionsCommitted")).isZero();
    }
  }

  @Test
  void waitsUntilTheOneInDoubtHasEnded() throws Exception {
    try (TestStream stream = create(IndexType.IVF_PQ)) {
      CompactionResult result = execute(stream, 0, 1);
      CountDownLatch release = new CountDownLatch(1);
      assertThat(background.run(() -> await(release), Duration.ofMillis(1))).isFalse();
      ManifestVersion before = stream.manifest();
      commit(stream, result);
      assertThat(stream.manifest()).isEqualTo(before);
      release.countDown();
      while (background.isBusy()) {
        Thread.sleep(1);
      }
      commit(stream, result);
      assertThat(metrics.count("compactionsCommitted")).isEqualTo(1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void withdrawsSegmentsThatSurviveNoRemap() throws Exception {
    try (TestStream stream = create(IndexType.IVF_RQ)) {
      publish(stream, 0, 1);
      SegmentRegistration kept = publish(stream, 2, 3);
      commit(stream, execute(stream, 0, 1));
      ManifestVersion manifest = stream.manifest();
      assertThat(manifest.index().segments())
          .containsExactly(new CommittedSegment(kept.uuid(), Coverage.of(2, 3)));
      assertThat(manifest.uncovered()).isEqualTo(Coverage.of(4));
      assertThat(manifest.liveRows()).isEqualTo(FRAGMENTS * TestStream.ROWS);
    }
  }

  private TestStream create(IndexType type) {
    return TestStream.create(directory.resolve("t"), type, FRAGMENTS);
  }

  private void commit(TestStream stream, CompactionResult result) throws IOException {
    try (SegmentBuilder builder =
        SegmentBuilder.of(stream.options(), stream.options().indexStorage())) {
      TestPublishing.compact(TestPublishing.context(stream, builder, metrics), background, result);
    }
  }

  private void recheck(TestStream stream, UUID segment) throws IOException {
    try (SegmentBuilder builder =
        SegmentBuilder.of(stream.options(), stream.options().indexStorage())) {
      new SegmentRechecker(TestPublishing.context(stream, builder, metrics).publishing())
          .recheck(segment);
    }
  }

  private static SegmentRegistration publish(TestStream stream, int... fragments) {
    SegmentRegistration segment =
        TestSegments.build(
            stream.dataset,
            TestModels.of(stream.vectors, stream.options().vectors().type(), Metric.L2, 4),
            Coverage.of(fragments));
    TestSegments.publish(stream.dataset, segment);
    return segment;
  }

  private static CompactionResult execute(TestStream stream, int... fragments) {
    try (DatasetHandle handle = stream.dataset.open()) {
      return DatasetCompaction.execute(
          handle, new CompactionGroup(handle.version(), Coverage.of(fragments), 1000));
    }
  }
}
