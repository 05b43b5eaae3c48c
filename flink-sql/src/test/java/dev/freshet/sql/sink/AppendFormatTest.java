package dev.freshet.sql.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.write.WrittenFragments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The golden bytes are of releases; a change of the format gets a new version beside it. */
class AppendFormatTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final UUID ID = new UUID(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
  private static final Change KEYED =
      new Change(new WrittenFragments(List.of()), Set.of(new RowKey(new byte[] {1, -2, 3})));

  private static final String APPEND_V1 =
      "01" + "0102030405060708090a0b0c0d0e0f10" + "07" + "01" + "ac02" + "05" + "0100000000";
  private static final String APPEND_V2 = "02" + APPEND_V1.substring(2) + "01" + "03" + "01fe03";
  private static final String CHANGE_V1 = "01" + "05" + "0100000000" + "01" + "03" + "01fe03";

  @TempDir Path directory;

  @Test
  void bytesAreGolden() throws IOException {
    Append append = new Append(ID, 7, true, 300, KEYED);
    assertThat(HEX.formatHex(AppendFormat.APPEND.toBytes(append))).isEqualTo(APPEND_V2);
    assertThat(AppendFormat.APPEND.fromBytes(HEX.parseHex(APPEND_V2))).isEqualTo(append);
    assertThat(HEX.formatHex(AppendFormat.CHANGE.toBytes(KEYED))).isEqualTo(CHANGE_V1);
    assertThat(AppendFormat.CHANGE.fromBytes(HEX.parseHex(CHANGE_V1))).isEqualTo(KEYED);
  }

  @Test
  void theFirstVersionIsReadAsRowsWithoutKeys() throws IOException {
    assertThat(AppendFormat.APPEND.fromBytes(HEX.parseHex(APPEND_V1)))
        .isEqualTo(new Append(ID, 7, true, 300, Change.NOTHING));
  }

  @Test
  void realFragmentsComeBack() throws Exception {
    SinkSettings settings = TestSink.settings(TestSink.options(directory.resolve("items")));
    Append append = new Append(ID, 1, false, 1, Change.append(TestSink.written(settings, 0, 100)));
    Append read = AppendFormat.APPEND.fromBytes(AppendFormat.APPEND.toBytes(append));
    assertThat(read).isEqualTo(append);
    assertThat(read.change().fragments().rows()).isEqualTo(100);
  }

  @Test
  void truncatedBytesAreRejected() {
    for (String golden : List.of(APPEND_V1, APPEND_V2)) {
      byte[] bytes = HEX.parseHex(golden);
      for (int length = 0; length < bytes.length; length++) {
        byte[] truncated = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> AppendFormat.APPEND.fromBytes(truncated))
            .as("%s bytes of %s", length, golden)
            .isInstanceOf(IOException.class);
      }
    }
  }
}
