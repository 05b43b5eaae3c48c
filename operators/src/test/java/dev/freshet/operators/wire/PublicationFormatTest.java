package dev.freshet.operators.wire;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.TestCompactions;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PublicationFormatTest {

  private static final ModelReference MODEL =
      new ModelReference("9f2c", UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));

  private static final Publication SEGMENT =
      new Publication.Segment(
          new UnpublishedSegment(
              new BuiltSegment(
                  plan(
                      UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"),
                      UUID.fromString("f0e0d0c0-b0a0-9080-7060-504030201000"),
                      UUID.fromString("76543210-fedc-ba98-7654-3210fedcba98")),
                  9,
                  12_345_678_901L),
              new byte[] {10, 0, -1}));

  static Stream<SerializerContract<Publication>> contracts() {
    return Stream.of(
        SerializerContract.of(
            "publication-segment-v1-plan-v2", PublicationFormat.PUBLICATION, SEGMENT),
        SerializerContract.of(
            "publication-compaction-v1",
            PublicationFormat.PUBLICATION,
            new Publication.Compaction(TestCompactions.RESULT)),
        SerializerContract.of(
            "publication-recheck-v1",
            PublicationFormat.PUBLICATION,
            new Publication.Recheck(MODEL.segment())));
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void bytesAreGolden(SerializerContract<Publication> contract) throws IOException {
    contract.bytesAreGolden();
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void wrongBytesAreRejected(SerializerContract<Publication> contract) {
    contract.wrongBytesAreRejected();
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void damagedBytesAreContained(SerializerContract<Publication> contract) {
    contract.damagedBytesAreContained();
  }

  /** What is inside has a version of its own. */
  @Test
  void aSegmentWithAnEarlierPlanIsRead() throws IOException {
    SerializerContract.of("publication", PublicationFormat.PUBLICATION, SEGMENT)
        .earlierBytesAreRead("publication-segment-v1");
  }

  @Test
  void randomSegmentsComeBack() throws IOException {
    SerializerContract.of("publication", PublicationFormat.PUBLICATION, SEGMENT)
        .randomValuesComeBack(PublicationFormatTest::segment);
  }

  @Test
  void anUnknownKindIsRejected() {
    byte[] bytes = PublicationFormat.PUBLICATION.serialize(SEGMENT);
    bytes[0] = 4;
    assertThatThrownBy(() -> PublicationFormat.PUBLICATION.deserialize(1, bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Unknown kind of publication 4");
  }

  private static SegmentPlan plan(UUID uuid, UUID shard, UUID absorbed) {
    return new SegmentPlan(
        uuid,
        Optional.of(MODEL),
        List.of(
            new SealedShard(
                "12-7",
                12,
                Optional.of(MODEL),
                List.of(new RowRange(5, 0, 10, 10, -3)),
                List.of(shard),
                new RowCounts(8, 1, 1),
                1_000)),
        List.of(new CommittedSegment(absorbed, Coverage.of(0, 1, 2))),
        Coverage.of(0, 2, 5),
        9);
  }

  private static Publication segment(Random random) {
    byte[] details = new byte[random.nextInt(30)];
    random.nextBytes(details);
    return new Publication.Segment(
        new UnpublishedSegment(
            new BuiltSegment(
                plan(uuid(random), uuid(random), uuid(random)),
                random.nextInt(99),
                random.nextInt(99)),
            details));
  }

  private static UUID uuid(Random random) {
    return new UUID(random.nextLong(), random.nextLong());
  }
}
