package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.protocol.SegmentCommitter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Races: another writer commits between the decision and the commit that follows from it. */
class SegmentCommitterTest {

  @TempDir Path directory;

  private final RecordedMetrics metrics = new RecordedMetrics();
  private TestStream stream;

  @BeforeEach
  void createDataset() {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 4);
  }

  @AfterEach
  void closeDataset() {
    stream.close();
  }

  @Test
  void isDecidedAgainWhenAnotherSegmentWasFaster() throws Exception {
    Coverage theirs = Coverage.of(2, 3);
    commitWhile(() -> publishByAnother(theirs), 0, 1);
    assertThat(segments())
        .extracting(CommittedSegment::coverage)
        .containsExactlyInAnyOrder(theirs, Coverage.of(0, 1));
    assertThat(metrics.count("commitConflicts")).isEqualTo(1);
    assertThat(metrics.count("segmentsPublished")).isEqualTo(1);
  }

  /** The next attempt is over before another writer can commit again. */
  @Test
  void isNotVerifiedAgainWhenAnotherWriterWasFaster() throws Exception {
    commitWhile(() -> publishByAnother(Coverage.of(2, 3)), 0, 1);
    assertThat(metrics.count("commitConflicts")).isEqualTo(1);
    assertThat(metrics.count("verificationsFailed")).as("the damaged one").isEqualTo(1);
    assertThat(metrics.count("segmentsVerified")).as("the one built anew").isEqualTo(1);
  }

  @Test
  void isLeftWhenAnotherSegmentCoversTheSame() throws Exception {
    Coverage theirs = Coverage.of(0, 1, 2);
    commitWhile(() -> publishByAnother(theirs), 0, 1);
    assertThat(segments()).extracting(CommittedSegment::coverage).containsExactly(theirs);
    assertThat(metrics.count("commitConflicts")).isEqualTo(1);
    assertThat(metrics.count("segmentsAbandoned")).isEqualTo(1);
  }

  @Test
  void isLeftWhenItsFragmentsWereCompactedAway() throws Exception {
    commitWhile(() -> stream.dataset.compact(10_000), 0, 1);
    assertThat(segments()).isEmpty();
    assertThat(metrics.count("commitConflicts")).isEqualTo(1);
    assertThat(metrics.count("segmentsAbandoned")).isEqualTo(1);
  }

  @Test
  void isLeftWhenAllThatItIsMadeOfIsGone() throws Exception {
    SealedShard shard = stream.seal(stream.saveModel(), 0, 1);
    try (SegmentBuilder builder =
        SegmentBuilder.of(stream.options(), stream.options().indexStorage())) {
      UnpublishedSegment built = builder.build(stream.plan(shard));
      stream.options().indexStorage().delete(shard.segments().get(0));
      stream.dataset.dropFiles(1);
      committer(builder).commit(built);
    }
    assertThat(segments()).isEmpty();
    assertThat(metrics.count("segmentsAbandoned")).isEqualTo(1);
  }

  @Test
  void isMadeAnewWhenItsFilesAreGone() throws Exception {
    SealedShard shard = stream.seal(stream.saveModel(), 0, 1);
    try (SegmentBuilder builder =
        SegmentBuilder.of(stream.options(), stream.options().indexStorage())) {
      UnpublishedSegment built = builder.build(stream.plan(shard));
      stream.options().indexStorage().delete(shard.segments().get(0));
      committer(builder).commit(built);
    }
    assertThat(segments())
        .extracting(CommittedSegment::coverage)
        .containsExactly(Coverage.of(0, 1));
    assertThat(metrics.count("verificationsFailed")).isEqualTo(1);
  }

  /** What it would replace stays, so nothing is missing. */
  @Test
  void aMergeThatStaysWrongIsLeft() throws Exception {
    ModelReference model = stream.saveModel();
    try (SegmentBuilder builder =
            SegmentBuilder.of(stream.options(), stream.options().indexStorage());
        SegmentBuilder breaking = new BreakingBuilder(stream, builder)) {
      committer(builder).commit(builder.build(stream.plan(stream.seal(model, 0))));
      committer(builder).commit(builder.build(stream.plan(stream.seal(model, 1))));
      List<CommittedSegment> before = segments();
      SegmentPlan merge =
          SegmentPlan.of(
              Optional.of(model), List.of(), before, stream.manifest(), UUID::randomUUID);
      committer(breaking).commit(breaking.build(merge));
      assertThat(before).hasSize(2);
      assertThat(segments()).isEqualTo(before);
    }
    assertThat(metrics.count("verificationsFailed")).isEqualTo(2);
    assertThat(metrics.count("segmentsAbandoned")).isEqualTo(1);
  }

  @Test
  void goesThroughOverAnAppend() throws Exception {
    commitWhile(() -> stream.dataset.append(stream.vectors, 10_000), 0, 1);
    assertThat(segments())
        .extracting(CommittedSegment::coverage)
        .containsExactly(Coverage.of(0, 1));
    assertThat(stream.manifest().uncovered()).isEqualTo(Coverage.of(2, 3, 4));
    assertThat(metrics.count("commitConflicts")).isZero();
  }

  /** The segment is damaged, so it is built anew after the decision: the time for the race. */
  private void commitWhile(RacedBuilder.Race race, int... fragments) throws Exception {
    SealedShard shard = stream.seal(stream.saveModel(), fragments);
    try (SegmentBuilder builder =
            SegmentBuilder.of(stream.options(), stream.options().indexStorage());
        SegmentBuilder raced = new RacedBuilder(builder, race)) {
      UnpublishedSegment built = builder.build(stream.plan(shard));
      stream.truncate(shard.segments().get(0));
      committer(raced).commit(built);
    }
  }

  private SegmentCommitter committer(SegmentBuilder builder) {
    return new SegmentCommitter(TestPublishing.context(stream, builder, metrics).publishing());
  }

  private void publishByAnother(Coverage coverage) {
    SegmentRegistration segment =
        TestSegments.build(
            stream.dataset,
            TestModels.of(stream.vectors, IndexType.IVF_PQ, Metric.L2, 4),
            coverage);
    TestSegments.publish(stream.dataset, segment);
  }

  private List<CommittedSegment> segments() {
    return stream.manifest().index().segments();
  }
}
