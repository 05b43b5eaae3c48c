package dev.freshet.sql.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.operators.lance.DatasetLocation;
import dev.freshet.state.serde.FormatSerializer;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;

class ScanFormatsTest {

  private static final FragmentSplit SPLIT = new FragmentSplit(300, 5, 1_000_000);

  private static final ScanProgress PROGRESS =
      new ScanProgress(301, List.of(SPLIT, new FragmentSplit(301, 0, 0)));

  /** Of the first release; a change of a format gets a new version beside it. */
  private static final String SPLIT_BYTES = "ac02" + "05" + "c0843d";

  private static final String PROGRESS_BYTES =
      "ad02" + "02" + "ac02" + "05" + "c0843d" + "ad02" + "00" + "00";

  private static final String INITIAL_BYTES = "00" + "00";

  @Test
  void bytesAreGolden() throws IOException {
    assertGolden(ScanFormats.SPLIT, SPLIT, SPLIT_BYTES);
    assertGolden(ScanFormats.PROGRESS, PROGRESS, PROGRESS_BYTES);
    assertGolden(ScanFormats.PROGRESS, ScanProgress.INITIAL, INITIAL_BYTES);
  }

  private static <T> void assertGolden(FormatSerializer<T> format, T value, String golden)
      throws IOException {
    assertThat(HexFormat.of().formatHex(format.serialize(value))).isEqualTo(golden);
    assertThat(format.deserialize(1, HexFormat.of().parseHex(golden))).isEqualTo(value);
  }

  /** What Flink stores: the version that it keeps itself, and these bytes. */
  @Test
  void theSourceReadsWhatItsFirstReleaseStored() throws IOException {
    LanceSource source =
        new LanceSource(
            new ScanSettings(
                DatasetLocation.of("/nowhere"),
                RowType.of(),
                List.of(),
                Long.MAX_VALUE,
                new Configuration()));
    assertStored(source.getSplitSerializer(), SPLIT, SPLIT_BYTES);
    assertStored(source.getEnumeratorCheckpointSerializer(), PROGRESS, PROGRESS_BYTES);
  }

  private static <T> void assertStored(
      SimpleVersionedSerializer<T> serializer, T value, String golden) throws IOException {
    assertThat(serializer.getVersion()).isEqualTo(1);
    assertThat(HexFormat.of().formatHex(serializer.serialize(value))).isEqualTo(golden);
    assertThat(serializer.deserialize(1, HexFormat.of().parseHex(golden))).isEqualTo(value);
  }

  @Test
  void truncatedAndTrailingBytesAreRejected() {
    byte[] bytes = HexFormat.of().parseHex(PROGRESS_BYTES);
    for (int length = 0; length < bytes.length; length++) {
      rejects(Arrays.copyOf(bytes, length));
    }
    rejects(Arrays.copyOf(bytes, bytes.length + 1));
  }

  @Test
  void anUnknownVersionIsNamed() {
    byte[] bytes = HexFormat.of().parseHex(SPLIT_BYTES);
    assertThatThrownBy(() -> ScanFormats.SPLIT.deserialize(9, bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Cannot read a fragment split of version 9");
  }

  private static void rejects(byte[] bytes) {
    assertThatThrownBy(() -> ScanFormats.PROGRESS.deserialize(1, bytes))
        .as("%s bytes", bytes.length)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("scan progress");
  }
}
