package dev.freshet.sql.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.operators.lance.WrittenFragments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendFormatTest {

  private static final UUID ID = new UUID(0x0102030405060708L, 0x090a0b0c0d0e0f10L);

  /** Of the first release; a change of the format gets a new version beside it. */
  private static final String GOLDEN =
      "01" + "0102030405060708090a0b0c0d0e0f10" + "07" + "01" + "ac02" + "05" + "0100000000";

  @TempDir Path directory;

  @Test
  void bytesAreGolden() throws IOException {
    Append append = new Append(ID, 7, true, 300, new WrittenFragments(List.of()));
    assertThat(HexFormat.of().formatHex(AppendFormat.APPEND.toBytes(append))).isEqualTo(GOLDEN);
    assertThat(AppendFormat.APPEND.fromBytes(HexFormat.of().parseHex(GOLDEN))).isEqualTo(append);
  }

  @Test
  void realFragmentsComeBack() throws Exception {
    SinkSettings settings = TestSink.settings(TestSink.options(directory.resolve("items")));
    Append append = new Append(ID, 1, false, 1, TestSink.written(settings, 0, 100));
    Append read = AppendFormat.APPEND.fromBytes(AppendFormat.APPEND.toBytes(append));
    assertThat(read).isEqualTo(append);
    assertThat(read.fragments().rows()).isEqualTo(100);
  }

  @Test
  void truncatedBytesAreRejected() {
    byte[] bytes = HexFormat.of().parseHex(GOLDEN);
    for (int length = 0; length < bytes.length; length++) {
      byte[] truncated = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> AppendFormat.APPEND.fromBytes(truncated))
          .as("%s bytes", length)
          .isInstanceOf(IOException.class);
    }
  }
}
