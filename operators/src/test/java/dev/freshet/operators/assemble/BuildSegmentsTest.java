package dev.freshet.operators.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestSegments;
import dev.freshet.operators.TestStage;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.quarantine.Attempts;
import dev.freshet.operators.wire.Publication;
import dev.freshet.operators.wire.WireKind;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.quantizer.IvfModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BuildSegmentsTest {

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_FLAT", "IVF_PQ"})
  void mergesShards(IndexType type) throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), type, 3);
        TestStage<SegmentPlan, Publication> stage = stage(stream)) {
      ModelReference model = stream.saveModel();
      SegmentPlan plan = stream.plan(stream.seal(model, 0, 1), stream.seal(model, 2));
      stage.process(plan);
      BuiltSegment built = onlyBuilt(stage);
      assertThat(built.plan()).isEqualTo(plan);
      assertThat(built.rows()).isEqualTo(3 * TestStream.ROWS);
      assertThat(stream.storedRows(plan.uuid())).isEqualTo(stream.rowIds(0, 1, 2));
      IndexStorage storage = stream.options().indexStorage();
      assertThat(built.bytesWritten())
          .as("the shards' bytes and its own")
          .isEqualTo(
              storage.size(plan.uuid())
                  + plan.shards().stream().mapToLong(SealedShard::bytes).sum());
    }
  }

  @Test
  void takesAWholeShardAsItIs() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 2);
        TestStage<SegmentPlan, Publication> stage = stage(stream)) {
      SealedShard shard = stream.seal(stream.saveModel(), 0, 1);
      List<UUID> before = stream.options().indexStorage().list();
      stage.process(stream.plan(shard));
      BuiltSegment built = onlyBuilt(stage);
      assertThat(built.plan().uuid()).isEqualTo(shard.segments().get(0));
      assertThat(built.bytesWritten()).isEqualTo(shard.bytes());
      assertThat(stream.options().indexStorage().list()).isEqualTo(before);
    }
  }

  @Test
  void writesBesideWhatAnAttemptLeft() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 2);
        TestStage<SegmentPlan, Publication> stage = stage(stream)) {
      ModelReference model = stream.saveModel();
      SegmentPlan plan = stream.plan(stream.seal(model, 0), stream.seal(model, 1));
      Path left = directory.resolve("t/_indices").resolve(plan.uuid().toString());
      Files.createDirectories(left);
      Files.write(left.resolve("index.idx"), new byte[] {1});
      stage.process(plan);
      BuiltSegment built = onlyBuilt(stage);
      assertThat(built.plan().uuid()).isNotEqualTo(plan.uuid());
      assertThat(stream.storedRows(built.plan().uuid())).isEqualTo(stream.rowIds(0, 1));
      assertThat(left.resolve("index.idx")).hasBinaryContent(new byte[] {1});
    }
  }

  @Test
  void leavesAPlanWhoseInputIsGone() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 3);
        TestStage<SegmentPlan, Publication> stage = stage(stream)) {
      ModelReference model = stream.saveModel();
      SealedShard gone = stream.seal(model, 1);
      SegmentPlan broken = stream.plan(stream.seal(model, 0), gone);
      SegmentPlan whole = stream.plan(stream.seal(model, 2));
      stream.options().indexStorage().delete(gone.segments().get(0));
      stage.process(broken);
      stage.process(whole);
      assertThat(onlyBuilt(stage).plan()).as("the stream goes on").isEqualTo(whole);
    }
  }

  @Test
  void leavesAPlanWhoseModelIsGone() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 1);
        TestStage<SegmentPlan, Publication> stage = stage(stream)) {
      ModelReference model = stream.saveModel();
      SegmentPlan plan = stream.plan(stream.seal(model, 0));
      stream.options().indexStorage().delete(model.segment());
      stage.process(plan);
      assertThat(stage.output()).isEmpty();
    }
  }

  @Test
  void leavesAPlanWithADamagedInput() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 2);
        TestStage<SegmentPlan, Publication> stage = stage(stream)) {
      ModelReference model = stream.saveModel();
      SealedShard damaged = stream.seal(model, 1);
      Path file = directory.resolve("t/_indices/" + damaged.segments().get(0) + "/auxiliary.idx");
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      stage.process(stream.plan(stream.seal(model, 0), damaged));
      assertThat(stage.output()).isEmpty();
    }
  }

  @Test
  void encodesAgainWhatHasTheCodesOfAnotherModel() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 2);
        TestStage<SegmentPlan, Publication> stage = stage(stream)) {
      ModelReference heir = stream.saveModel(5);
      stage.process(encodedAgain(stream, heir));
      BuiltSegment built = onlyBuilt(stage);
      assertThat(stream.storedRows(built.plan().uuid())).isEqualTo(stream.rowIds(0, 1));
      assertThat(stream.models().referenceTo(built.plan().uuid()).id()).isEqualTo(heir.id());
    }
  }

  @Test
  void leavesWhatIsToBeEncodedAgainIfItsFragmentsHaveLeft() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 2);
        TestStage<SegmentPlan, Publication> stage = stage(stream)) {
      SegmentPlan plan = encodedAgain(stream, stream.saveModel(5));
      stream.dataset.delete("id >= 0");
      stage.process(plan);
      assertThat(stage.output()).isEmpty();
    }
  }

  @Test
  void encodesNothingAgainAfterAProcessHasDied() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 3)) {
      Attempts died = Attempts.open(stream.files(), stream.options().index().name(), "build-0");
      assertThat(died.cautious()).isFalse();
      try (TestStage<SegmentPlan, Publication> stage = stage(stream)) {
        stage.process(encodedAgain(stream, stream.saveModel(5)));
        assertThat(stage.output()).isEmpty();
        SegmentPlan fresh = stream.plan(stream.seal(stream.saveModel(), 2));
        stage.process(fresh);
        assertThat(onlyBuilt(stage).plan()).isEqualTo(fresh);
      }
    }
  }

  /** A plan for what is committed by one model, and is to have the codes of another. */
  private static SegmentPlan encodedAgain(TestStream stream, ModelReference heir) throws Exception {
    IvfModel former = stream.models().load(stream.saveModel());
    TestSegments.publish(
        stream.dataset, TestSegments.build(stream.dataset, former, Coverage.of(0, 1)));
    ManifestVersion manifest = stream.manifest();
    return SegmentPlan.of(
        Optional.of(heir), List.of(), manifest.index().segments(), manifest, UUID::randomUUID);
  }

  @Test
  void letsLanceBuildItsTypes() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_RQ, 2);
        TestStage<SegmentPlan, Publication> stage = stage(stream)) {
      ModelReference model = stream.saveModel();
      SegmentPlan plan = stream.plan(stream.seal(model, 0), stream.seal(model, 1));
      stage.process(plan);
      BuiltSegment built = onlyBuilt(stage);
      assertThat(built.plan()).isEqualTo(plan);
      assertThat(built.plan().coverage()).isEqualTo(Coverage.of(0, 1));
      assertThat(built.rows()).isEqualTo(2 * TestStream.ROWS);
      assertThat(stream.storedRows(plan.uuid())).isEqualTo(stream.rowIds(0, 1));
    }
  }

  @Test
  void leavesAPlanWhoseFragmentLanceCannotRead() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_RQ, 2);
        TestStage<SegmentPlan, Publication> stage = stage(stream)) {
      ModelReference model = stream.saveModel();
      SegmentPlan broken = stream.plan(stream.seal(model, 0));
      SegmentPlan whole = stream.plan(stream.seal(model, 1));
      stream.dataset.dropFiles(0);
      stage.process(broken);
      stage.process(whole);
      assertThat(onlyBuilt(stage).plan()).as("the stream goes on").isEqualTo(whole);
      assertThat(stream.deadLetters().list()).hasSize(1);
      assertThat(stream.seal(model, 0, 1).fragments())
          .as("handed out again, without it")
          .isEqualTo(Coverage.of(1));
    }
  }

  private static BuiltSegment onlyBuilt(TestStage<SegmentPlan, Publication> stage) {
    assertThat(stage.output()).hasSize(1);
    UnpublishedSegment segment = ((Publication.Segment) stage.output().get(0)).segment();
    assertThat(segment.details()).isNotEmpty();
    return segment.built();
  }

  private static TestStage<SegmentPlan, Publication> stage(TestStream stream) throws Exception {
    return TestStage.plain(
        new BuildSegments(stream.config), WireKind.PUBLICATION, Publication.class);
  }
}
