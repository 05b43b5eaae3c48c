package dev.freshet.sql.sink;

import dev.freshet.operators.lance.WrittenFragments;
import dev.freshet.operators.lance.WrittenFragmentsSerializer;
import dev.freshet.operators.wire.NestedCodec;
import dev.freshet.state.serde.Codec;
import dev.freshet.state.serde.FormatSerializer;
import java.util.Map;

/** The format of what the committer keeps until its checkpoint is complete. */
final class AppendFormat {

  private static final Codec<WrittenFragments> FRAGMENTS =
      NestedCodec.of(new WrittenFragmentsSerializer());

  static final FormatSerializer<Append> APPEND =
      new FormatSerializer<>(
          "append",
          Map.of(
              1,
              Codec.of(
                  (append, out) -> {
                    out.writeUuid(append.id());
                    out.writeNumber(append.checkpoint());
                    out.writeNumber(append.last() ? 1 : 0);
                    out.writeNumber(append.since());
                    FRAGMENTS.write(append.fragments(), out);
                  },
                  in ->
                      new Append(
                          in.readUuid(),
                          in.readNumber(),
                          in.readNumber() == 1,
                          in.readNumber(),
                          FRAGMENTS.read(in)))));

  private AppendFormat() {}
}
