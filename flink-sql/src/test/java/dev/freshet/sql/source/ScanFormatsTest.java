package dev.freshet.sql.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.dataset.DatasetLocation;
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

  private static final FragmentSplit REWRITTEN = new FragmentSplit(301, 4, 2, true);

  /** Of the second version, which tells rewritten rows from inserted ones. */
  private static final String REWRITTEN_BYTES = "ad02" + "04" + "02" + "01";

  private static final ScanProgress PROGRESS_2 = new ScanProgress(301, List.of(SPLIT, REWRITTEN));

  private static final String PROGRESS_2_BYTES =
      "ad02" + "02" + "ac02" + "05" + "c0843d" + "00" + REWRITTEN_BYTES;

  @Test
  void bytesAreGolden() throws IOException {
    assertGolden(ScanFormats.SPLIT, SPLIT, SPLIT_BYTES + "00");
    assertGolden(ScanFormats.SPLIT, REWRITTEN, REWRITTEN_BYTES);
    assertGolden(ScanFormats.PROGRESS, PROGRESS_2, PROGRESS_2_BYTES);
    assertGolden(ScanFormats.PROGRESS, ScanProgress.INITIAL, INITIAL_BYTES);
  }

  private static <T> void assertGolden(FormatSerializer<T> format, T value, String golden)
      throws IOException {
    assertThat(HexFormat.of().formatHex(format.serialize(value))).isEqualTo(golden);
    assertThat(format.deserialize(2, HexFormat.of().parseHex(golden))).isEqualTo(value);
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
    assertRead(source.getSplitSerializer(), SPLIT, SPLIT_BYTES);
    assertRead(source.getEnumeratorCheckpointSerializer(), PROGRESS, PROGRESS_BYTES);
    assertRead(source.getEnumeratorCheckpointSerializer(), ScanProgress.INITIAL, INITIAL_BYTES);
    assertThat(source.getSplitSerializer().getVersion()).isEqualTo(2);
    assertThat(source.getEnumeratorCheckpointSerializer().getVersion()).isEqualTo(2);
  }

  private static <T> void assertRead(
      SimpleVersionedSerializer<T> serializer, T value, String golden) throws IOException {
    assertThat(serializer.deserialize(1, HexFormat.of().parseHex(golden))).isEqualTo(value);
  }

  @Test
  void truncatedAndTrailingBytesAreRejected() {
    truncatedAndTrailingBytesAreRejected(1, PROGRESS_BYTES);
    truncatedAndTrailingBytesAreRejected(2, PROGRESS_2_BYTES);
  }

  private static void truncatedAndTrailingBytesAreRejected(int version, String golden) {
    byte[] bytes = HexFormat.of().parseHex(golden);
    for (int length = 0; length < bytes.length; length++) {
      rejects(version, Arrays.copyOf(bytes, length));
    }
    rejects(version, Arrays.copyOf(bytes, bytes.length + 1));
  }

  @Test
  void anUnknownVersionIsNamed() {
    byte[] bytes = HexFormat.of().parseHex(SPLIT_BYTES);
    assertThatThrownBy(() -> ScanFormats.SPLIT.deserialize(9, bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Cannot read a fragment split of version 9");
  }

  private static void rejects(int version, byte[] bytes) {
    assertThatThrownBy(() -> ScanFormats.PROGRESS.deserialize(version, bytes))
        .as("%s bytes", bytes.length)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("scan progress");
  }
}
