package dev.freshet.state.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinaryFormatTest {

  @ParameterizedTest
  @CsvSource({"0,1", "127,1", "128,2", "16383,2", "16384,3", "9223372036854775807,9"})
  void numbersTakeSevenBitsAByte(long number, int bytes) throws IOException {
    BinaryWriter out = new BinaryWriter();
    out.writeNumber(number);
    assertThat(out.toBytes()).hasSize(bytes);
    BinaryReader in = new BinaryReader(out.toBytes());
    assertThat(in.readNumber()).isEqualTo(number);
    in.end();
  }

  @Test
  void negativeNumbersAreNotWritten() {
    assertThatThrownBy(() -> new BinaryWriter().writeNumber(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Only numbers from 0 are written, not -1");
  }

  @Test
  void numbersBeyondTheRangeAreRejected() {
    byte[] bytes = {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
    assertThatThrownBy(() -> new BinaryReader(bytes).readNumber())
        .isInstanceOf(IOException.class)
        .hasMessage("A number before byte 9 is too large");
  }

  @Test
  void anIntIsNotCutOff() {
    BinaryWriter out = new BinaryWriter();
    out.writeNumber(1L << 40);
    assertThatThrownBy(() -> new BinaryReader(out.toBytes()).readInt())
        .isInstanceOf(IOException.class)
        .hasMessage("1099511627776 before byte 6 is not an int");
  }

  @Test
  void aCountIsNoLargerThanWhatFollows() {
    BinaryWriter out = new BinaryWriter();
    out.writeNumber(Integer.MAX_VALUE);
    assertThatThrownBy(() -> new BinaryReader(out.toBytes()).readBytes())
        .isInstanceOf(IOException.class)
        .hasMessage("At byte 5 of 5 at least 2147483647 more are needed");
  }
}
