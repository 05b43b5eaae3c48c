package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.protocol.SegmentCommitter;
import dev.freshet.vector.quantizer.EncodedBlock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A merge of a committed segment of fragments 0 and 1 with a shard of fragments 2 and 3. */
class ReplacementCheckTest {

  /** Near enough that the rows of the other find themselves, too far for the order to be right. */
  private static final int BLUR = 2;

  @TempDir Path directory;

  private final RecordedMetrics metrics = new RecordedMetrics();

  @ParameterizedTest
  @EnumSource(names = {"IVF_PQ", "IVF_HNSW_SQ", "IVF_RQ"})
  void aSoundMergePasses(IndexType type) throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), type, 4);
        SegmentBuilder builder = builder(stream)) {
      SegmentPlan plan = plan(stream, publishFirst(stream, builder));
      UnpublishedSegment merged = builder.build(plan);
      assertThat(verified(stream, builder, merged)).as("seed %s", TestStream.SEED).isSameAs(merged);
      assertThat(metrics.count("verificationsFailed")).isZero();
    }
  }

  /** Each row has the code of a row near it, so it finds itself, but its neighbours are others. */
  @Test
  void aMergeThatBlursCodesIsRefused() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 4);
        SegmentBuilder builder = builder(stream)) {
      ModelReference model = publishFirst(stream, builder);
      SegmentPlan plan = plan(stream, model);
      SealedShard all = stream.seal(model, blurred(stream), 0, 1, 2, 3);
      UnpublishedSegment sound = builder.build(plan);
      UnpublishedSegment blurred =
          new UnpublishedSegment(
              new BuiltSegment(plan.at(all.segments().get(0)), sound.built().rows(), all.bytes()),
              sound.details());

      UnpublishedSegment published = verified(stream, builder, blurred);

      assertThat(published).as("rebuilt, seed %s", TestStream.SEED).isNotSameAs(blurred);
      assertThat(metrics.count("verificationsFailed")).isEqualTo(1);
      assertThat(metrics.count("segmentsVerified")).isEqualTo(1);
    }
  }

  @Test
  void aMergeThatLostAllRowsIsRefused() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 4);
        SegmentBuilder builder = builder(stream)) {
      ModelReference model = publishFirst(stream, builder);
      SegmentPlan plan = plan(stream, model);
      SealedShard none =
          stream.seal(
              model,
              part -> new EncodedPart(part.ranges(), part.counts(), List.of(), List.of()),
              0);
      UnpublishedSegment sound = builder.build(plan);
      UnpublishedSegment empty =
          new UnpublishedSegment(
              new BuiltSegment(plan.at(none.segments().get(0)), 0, none.bytes()), sound.details());

      assertThat(verified(stream, builder, empty)).isNotSameAs(empty);
      assertThat(metrics.count("verificationsFailed")).isEqualTo(1);
    }
  }

  private ModelReference publishFirst(TestStream stream, SegmentBuilder builder) throws Exception {
    ModelReference model = stream.saveModel();
    committer(stream, builder).commit(builder.build(stream.plan(stream.seal(model, 0, 1))));
    assertThat(stream.manifest().index().segments()).hasSize(1);
    return model;
  }

  private static SegmentPlan plan(TestStream stream, ModelReference model) throws IOException {
    return SegmentPlan.of(
        Optional.of(model),
        List.of(stream.seal(model, 2, 3)),
        stream.manifest().index().segments(),
        stream.manifest(),
        UUID::randomUUID);
  }

  private UnpublishedSegment verified(
      TestStream stream, SegmentBuilder builder, UnpublishedSegment segment) throws IOException {
    Set<UUID> replaced =
        stream.manifest().index().segments().stream()
            .map(CommittedSegment::uuid)
            .collect(Collectors.toSet());
    try (DatasetHandle dataset = stream.dataset.open()) {
      return TestPublishing.verified(
          TestPublishing.context(stream, builder, metrics), dataset, segment, replaced);
    }
  }

  private static SegmentBuilder builder(TestStream stream) {
    return SegmentBuilder.of(stream.options(), stream.options().indexStorage());
  }

  private static SegmentCommitter committer(TestStream stream, SegmentBuilder builder) {
    return new SegmentCommitter(
        TestPublishing.context(stream, builder, new RecordedMetrics()).publishing());
  }

  private static UnaryOperator<EncodedPart> blurred(TestStream stream) {
    return part ->
        new EncodedPart(
            part.ranges(),
            part.counts(),
            List.of(blurred(joined(part.blocks()), stream.vectors)),
            part.spilled());
  }

  private static EncodedBlock joined(List<EncodedBlock> blocks) {
    ByteArrayOutputStream codes = new ByteArrayOutputStream();
    blocks.forEach(block -> codes.writeBytes(block.codes()));
    return new EncodedBlock(
        blocks.stream().flatMapToLong(block -> Arrays.stream(block.rowIds())).toArray(),
        blocks.stream().flatMapToInt(block -> Arrays.stream(block.partitions())).toArray(),
        codes.toByteArray());
  }

  /** Partitions stay, so only rows of the same one can lend their codes. */
  private static EncodedBlock blurred(EncodedBlock block, TestVectors vectors) {
    int bytes = block.codes().length / block.rows();
    byte[] codes = block.codes().clone();
    for (int row = 0; row < block.rows(); row++) {
      int lender = lender(block, vectors, row);
      System.arraycopy(block.codes(), lender * bytes, codes, row * bytes, bytes);
    }
    return new EncodedBlock(block.rowIds(), block.partitions(), codes);
  }

  private static int lender(EncodedBlock block, TestVectors vectors, int row) {
    int[] near =
        vectors
            .nearest(vectors.row(number(block.rowIds()[row])), vectors.rows(), Metric.L2)
            .stream()
            .mapToInt(Long::intValue)
            .toArray();
    int passed = 0;
    for (int number : near) {
      OptionalInt candidate = indexOf(block, number);
      if (candidate.isPresent()
          && block.partitions()[candidate.getAsInt()] == block.partitions()[row]
          && passed++ == BLUR) {
        return candidate.getAsInt();
      }
    }
    return row;
  }

  /** Of a row in all of the dataset. */
  private static int number(long rowId) {
    return (int) (rowId >>> Integer.SIZE) * TestStream.ROWS + (int) rowId;
  }

  private static OptionalInt indexOf(EncodedBlock block, int number) {
    return IntStream.range(0, block.rows())
        .filter(row -> number(block.rowIds()[row]) == number)
        .findFirst();
  }
}
