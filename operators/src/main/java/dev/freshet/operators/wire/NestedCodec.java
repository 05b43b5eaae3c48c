package dev.freshet.operators.wire;

import dev.freshet.state.serde.Codec;
import dev.freshet.state.serde.VersionedSerializer;

/** A value inside another one's format, with its own version in front. */
public final class NestedCodec {

  private NestedCodec() {}

  public static <T> Codec<T> of(VersionedSerializer<T> serializer) {
    return Codec.of(
        (value, out) -> out.writeBytes(serializer.toBytes(value)),
        in -> serializer.fromBytes(in.readBytes()));
  }
}
