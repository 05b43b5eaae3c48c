package dev.freshet.operators.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.vector.quantizer.EncodedBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EncodedPartSerializerTest {

  private static final EncodedPart PART =
      new EncodedPart(
          List.of(new RowRange(5, 65_536, 1_000, 66_536, -2), new RowRange(6, 0, 10, 10)),
          new RowCounts(3, 1_006, 1),
          List.of(
              new EncodedBlock(
                  new long[] {5L << 32, (5L << 32) + 1},
                  new int[] {0, 255},
                  new byte[] {1, 2, 3, -1, -2, -3}),
              new EncodedBlock(new long[] {Long.MAX_VALUE}, new int[] {7}, new byte[] {9, 8, 7}),
              new EncodedBlock(new long[0], new int[0], new byte[0])),
          List.of(new EncodedPart.Spill(new UUID(1, -2), 5_000_000_000L)));

  private final EncodedPartSerializer serializer = new EncodedPartSerializer();
  private final SerializerContract<EncodedPart> contract =
      SerializerContract.of("encoded-part-v2", serializer, PART);

  @Test
  void bytesAreGolden() throws IOException {
    contract.bytesAreGolden();
  }

  @Test
  void version1IsStillRead() throws IOException {
    EncodedPart unspilled = EncodedPart.of(PART.ranges(), PART.counts(), PART.blocks());
    byte[] bytes = SerializerContract.golden("encoded-part-v1");
    assertThat(serializer.fromBytes(bytes)).usingRecursiveComparison().isEqualTo(unspilled);
  }

  @Test
  void randomValuesComeBack() throws IOException {
    contract.randomValuesComeBack(EncodedPartSerializerTest::part);
  }

  @Test
  void wrongBytesAreRejected() {
    contract.wrongBytesAreRejected();
  }

  @Test
  void damagedBytesAreContained() {
    contract.damagedBytesAreContained();
  }

  @Test
  void aBlockLargerThanTheBytesAllocatesNothing() {
    byte[] bytes = serializer.serialize(EncodedPart.of(List.of(), RowCounts.ZERO, List.of()));
    ByteBuffer longer = ByteBuffer.allocate(bytes.length + 8).order(ByteOrder.LITTLE_ENDIAN);
    longer.put(bytes).putInt(bytes.length - 8, 1);
    longer.position(bytes.length - 4).putInt(Integer.MAX_VALUE).putInt(Integer.MAX_VALUE);
    assertThatThrownBy(() -> serializer.deserialize(2, longer.array()))
        .isInstanceOf(IOException.class)
        .hasMessage("An encoded part names a block of 2147483647 rows that is not there");
  }

  private static EncodedPart part(Random random) {
    return new EncodedPart(
        IntStream.range(0, random.nextInt(5))
            .mapToObj(i -> new RowRange(i, i, 1 + random.nextInt(99), 1000, random.nextLong()))
            .toList(),
        new RowCounts(random.nextInt(99), random.nextInt(99), random.nextInt(99)),
        IntStream.range(0, random.nextInt(4)).mapToObj(i -> block(random)).toList(),
        IntStream.range(0, random.nextInt(3))
            .mapToObj(i -> new EncodedPart.Spill(new UUID(i, random.nextLong()), i))
            .toList());
  }

  private static EncodedBlock block(Random random) {
    int rows = random.nextInt(50);
    byte[] codes = new byte[rows * (1 + random.nextInt(8))];
    random.nextBytes(codes);
    return new EncodedBlock(
        random.longs(rows).toArray(), random.ints(rows, 0, 1000).toArray(), codes);
  }
}
