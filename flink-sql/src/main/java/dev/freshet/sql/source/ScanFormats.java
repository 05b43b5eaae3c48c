package dev.freshet.sql.source;

import dev.freshet.state.serde.Codec;
import dev.freshet.state.serde.FormatSerializer;
import java.util.List;
import java.util.Map;

/** The formats of what a scan remembers. */
final class ScanFormats {

  private static final Codec<FragmentSplit> SPLIT_V1 =
      Codec.of(
          (split, out) -> {
            out.writeNumber(split.version());
            out.writeNumber(split.fragment());
            out.writeNumber(split.rowsRead());
          },
          in -> new FragmentSplit(in.readNumber(), in.readInt(), in.readNumber()));

  private static final Codec<FragmentSplit> SPLIT_V2 =
      Codec.of(
          (split, out) -> {
            out.writeNumber(split.version());
            out.writeNumber(split.fragment());
            out.writeNumber(split.rowsRead());
            out.writeNumber(split.rewritten() ? 1 : 0);
          },
          in ->
              new FragmentSplit(
                  in.readNumber(), in.readInt(), in.readNumber(), in.readNumber() == 1));

  static final FormatSerializer<FragmentSplit> SPLIT =
      new FormatSerializer<>("fragment split", Map.of(1, SPLIT_V1, 2, SPLIT_V2));

  static final FormatSerializer<ScanProgress> PROGRESS =
      new FormatSerializer<>(
          "scan progress",
          Map.of(1, progress(Codec.listOf(SPLIT_V1)), 2, progress(Codec.listOf(SPLIT_V2))));

  private ScanFormats() {}

  private static Codec<ScanProgress> progress(Codec<List<FragmentSplit>> splits) {
    return Codec.of(
        (progress, out) -> {
          out.writeNumber(progress.version());
          splits.write(progress.pending(), out);
        },
        in -> new ScanProgress(in.readNumber(), splits.read(in)));
  }
}
