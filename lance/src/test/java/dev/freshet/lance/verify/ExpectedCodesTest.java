package dev.freshet.lance.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.vector.quantizer.EncodedBlock;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ExpectedCodesTest {

  /** As several threads add blocks; with stable row ids not even those are ascending. */
  @Test
  void blocksMayComeInAnyOrder() {
    ExpectedCodes ascending = new ExpectedCodes(1);
    ascending.add(block(20, 21, 22));
    ascending.add(block());
    ascending.add(block(10, 11));
    ExpectedCodes mixed = new ExpectedCodes(1);
    mixed.add(block(20, 11));
    mixed.add(block(22, 10, 21));
    for (ExpectedCodes codes : new ExpectedCodes[] {ascending, mixed}) {
      codes.sort();
      for (long row : new long[] {10, 11, 20, 21, 22}) {
        assertThat(codes.matches(row, (int) row % 3, new byte[] {0, (byte) row}, 1)).isTrue();
        assertThat(codes.matches(row, (int) row % 3, new byte[] {0, (byte) row}, 0)).isFalse();
        assertThat(codes.matches(row, 1 + (int) row % 3, new byte[] {(byte) row}, 0)).isFalse();
        assertThat(codes.contains(row + 100)).isFalse();
      }
    }
  }

  private static EncodedBlock block(long... rows) {
    byte[] codes = new byte[rows.length];
    for (int i = 0; i < rows.length; i++) {
      codes[i] = (byte) rows[i];
    }
    return new EncodedBlock(
        rows, LongStream.of(rows).mapToInt(row -> (int) row % 3).toArray(), codes);
  }
}
