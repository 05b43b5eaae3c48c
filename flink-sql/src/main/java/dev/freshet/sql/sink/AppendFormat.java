package dev.freshet.sql.sink;

import dev.freshet.lance.write.WrittenFragments;
import dev.freshet.lance.write.WrittenFragmentsSerializer;
import dev.freshet.operators.wire.NestedCodec;
import dev.freshet.state.serde.Codec;
import dev.freshet.state.serde.FormatSerializer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The formats of what writers send, and of what the committer keeps until its checkpoint is
 * complete.
 */
final class AppendFormat {

  private static final Codec<WrittenFragments> FRAGMENTS =
      NestedCodec.of(new WrittenFragmentsSerializer());

  private static final Codec<List<RowKey>> KEYS =
      Codec.listOf(
          Codec.of((key, out) -> out.writeBytes(key.toBytes()), in -> new RowKey(in.readBytes())));

  private static final Codec<Change> CHANGE_V1 =
      Codec.of(
          (change, out) -> {
            FRAGMENTS.write(change.fragments(), out);
            KEYS.write(List.copyOf(change.keys()), out);
          },
          in -> new Change(FRAGMENTS.read(in), Set.copyOf(KEYS.read(in))));

  /** Before there were keys. */
  private static final Codec<Change> APPENDED =
      Codec.of(
          (change, out) -> FRAGMENTS.write(change.fragments(), out),
          in -> Change.append(FRAGMENTS.read(in)));

  static final FormatSerializer<Change> CHANGE =
      new FormatSerializer<>("change", Map.of(1, CHANGE_V1));

  static final FormatSerializer<Append> APPEND =
      new FormatSerializer<>("append", Map.of(1, append(APPENDED), 2, append(CHANGE_V1)));

  private AppendFormat() {}

  private static Codec<Append> append(Codec<Change> change) {
    return Codec.of(
        (append, out) -> {
          out.writeUuid(append.id());
          out.writeNumber(append.checkpoint());
          out.writeNumber(append.last() ? 1 : 0);
          out.writeNumber(append.since());
          change.write(append.change(), out);
        },
        in ->
            new Append(
                in.readUuid(),
                in.readNumber(),
                in.readNumber() == 1,
                in.readNumber(),
                change.read(in)));
  }
}
