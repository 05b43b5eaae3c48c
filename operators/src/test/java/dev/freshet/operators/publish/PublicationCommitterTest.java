package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestSegments;
import dev.freshet.lance.commit.CompactionResult;
import dev.freshet.lance.commit.DatasetCompaction;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.operators.wire.Publication;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.vector.quantizer.EncodedBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicationCommitterTest {

  @TempDir Path directory;

  private final RecordedMetrics metrics = new RecordedMetrics();
  private TestStream stream;
  private ModelReference model;

  @BeforeEach
  void createDataset() throws IOException {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 4);
    model = stream.saveModel();
  }

  @AfterEach
  void closeDataset() {
    stream.close();
  }

  @Test
  void publishesASegment() throws Exception {
    SegmentPlan plan = stream.plan(stream.seal(model, 0, 1), stream.seal(model, 2, 3));
    commit(built(plan));
    assertThat(segments())
        .containsExactly(new CommittedSegment(plan.uuid(), Coverage.of(0, 1, 2, 3)));
    assertThat(metrics.count("segmentsPublished")).isEqualTo(1);
    assertThat(metrics.count("rowsPublished")).isEqualTo(4 * TestStream.ROWS);
    assertThat(metrics.count("segmentsVerified")).isEqualTo(1);
    assertFindsNeighbours();
  }

  @Test
  void aReplayChangesNothing() throws Exception {
    Publication segment = built(stream.plan(stream.seal(model, 0, 1)));
    commit(segment);
    ManifestVersion published = stream.manifest();
    commit(segment);
    assertThat(stream.manifest()).isEqualTo(published);
    assertThat(metrics.count("segmentsPublished")).isEqualTo(1);
    assertThat(metrics.count("segmentsAbandoned")).isEqualTo(1);
  }

  @Test
  void whatOthersCoveredIsDropped() throws Exception {
    Publication first = built(stream.plan(stream.seal(model, 0, 1)));
    Publication second = built(stream.plan(stream.seal(model, 0, 1)));
    commit(first, second);
    assertThat(segments()).hasSize(1);
    assertThat(metrics.count("segmentsAbandoned")).isEqualTo(1);
  }

  @Test
  void absorbedSegmentsAreReplaced() throws Exception {
    SegmentPlan small = stream.plan(stream.seal(model, 0));
    commit(built(small));
    SegmentPlan larger =
        SegmentPlan.of(
            Optional.of(model),
            List.of(stream.seal(model, 1)),
            segments(),
            stream.manifest(),
            UUID::randomUUID);
    commit(built(larger));
    assertThat(segments()).containsExactly(new CommittedSegment(larger.uuid(), Coverage.of(0, 1)));
    assertThat(stream.storedRows(larger.uuid())).isEqualTo(stream.rowIds(0, 1));
  }

  @Test
  void shuffledCodesAreBuiltAnew() throws Exception {
    SealedShard shuffled =
        stream.seal(model, PublicationCommitterTest::withShuffledCodes, 0, 1, 2, 3);
    commit(built(stream.plan(shuffled)));
    assertRebuilt(shuffled.segments().get(0), 0, 1, 2, 3);
  }

  @Test
  void aTruncatedFileIsBuiltAnew() throws Exception {
    SealedShard shard = stream.seal(model, 0, 1, 2, 3);
    Publication segment = built(stream.plan(shard));
    stream.truncate(shard.segments().get(0));
    commit(segment);
    assertRebuilt(shard.segments().get(0), 0, 1, 2, 3);
  }

  @Test
  void staleInputsAreLeftOutOfANewPlan() throws Exception {
    SegmentPlan plan = stream.plan(stream.seal(model, 0), stream.seal(model, 1));
    Publication segment = built(plan);
    compact(1, 2);
    commit(segment);
    assertThat(segments()).hasSize(1);
    CommittedSegment published = segments().get(0);
    assertThat(published.coverage()).isEqualTo(Coverage.of(0));
    assertThat(stream.storedRows(published.uuid())).isEqualTo(stream.rowIds(0));
    assertThat(metrics.count("segmentsReplanned")).isEqualTo(1);
  }

  @Test
  void nothingIsLeftOfAPlanWhoseFragmentsAreGone() throws Exception {
    Publication segment = built(stream.plan(stream.seal(model, 1, 2)));
    compact(1, 2);
    commit(segment);
    assertThat(segments()).isEmpty();
    assertThat(metrics.count("segmentsAbandoned")).isEqualTo(1);
  }

  @Test
  void deletedRowsDoNotStopASegment() throws Exception {
    Publication segment = built(stream.plan(stream.seal(model, 0, 1)));
    stream.dataset.delete("id < 100");
    commit(segment);
    assertThat(stream.manifest().covered()).isEqualTo(Coverage.of(0, 1));
  }

  private void assertRebuilt(UUID wrong, int... fragments) throws Exception {
    assertThat(segments()).hasSize(1);
    CommittedSegment published = segments().get(0);
    assertThat(published.uuid()).isNotEqualTo(wrong);
    assertThat(published.coverage()).isEqualTo(Coverage.of(fragments));
    assertThat(stream.storedRows(published.uuid())).isEqualTo(stream.rowIds(fragments));
    assertThat(metrics.count("verificationsFailed")).isEqualTo(1);
    assertThat(metrics.count("segmentsVerified")).isEqualTo(1);
    assertFindsNeighbours();
  }

  private void assertFindsNeighbours() throws Exception {
    assertThat(TestSegments.recall(stream.dataset, stream.vectors, Metric.L2))
        .as("recall, seed %s", TestStream.SEED)
        .isGreaterThan(0.6);
  }

  private List<CommittedSegment> segments() {
    return stream.manifest().index().segments();
  }

  private Publication built(SegmentPlan plan) throws IOException {
    try (SegmentBuilder builder =
        SegmentBuilder.of(stream.options(), stream.options().indexStorage())) {
      return new Publication.Segment(builder.build(plan));
    }
  }

  private void commit(Publication... publications) throws IOException {
    try (PublicationCommitter committer =
        new PublicationCommitter(stream.options(), metrics.group())) {
      committer.commit(
          Arrays.stream(publications)
              .<CommitRequest<Publication>>map(TestCommitRequest::new)
              .toList());
    }
  }

  private void compact(int... fragments) {
    try (DatasetHandle handle = stream.dataset.open()) {
      CompactionResult result =
          DatasetCompaction.execute(
              handle, new CompactionGroup(handle.version(), Coverage.of(fragments), 1000));
      DatasetCompaction.commit(handle, stream.files(), List.of(result));
    }
  }

  /** As a broken merge would leave it: every row is there, with the code of another. */
  private static EncodedPart withShuffledCodes(EncodedPart part) {
    return new EncodedPart(
        part.ranges(),
        part.counts(),
        part.blocks().stream().map(PublicationCommitterTest::shuffled).toList(),
        part.spilled());
  }

  private static EncodedBlock shuffled(EncodedBlock block) {
    byte[] codes = block.codes().clone();
    Random random = new Random(TestStream.SEED);
    for (int i = codes.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      byte code = codes[i];
      codes[i] = codes[other];
      codes[other] = code;
    }
    return new EncodedBlock(block.rowIds(), block.partitions(), codes);
  }
}
