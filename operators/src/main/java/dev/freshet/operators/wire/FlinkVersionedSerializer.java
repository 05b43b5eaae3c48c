package dev.freshet.operators.wire;

import dev.freshet.state.serde.VersionedSerializer;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Lends a versioned serializer to the places where Flink wants its own interface. */
public final class FlinkVersionedSerializer<T> implements SimpleVersionedSerializer<T> {

  private final VersionedSerializer<T> serializer;

  public FlinkVersionedSerializer(VersionedSerializer<T> serializer) {
    this.serializer = serializer;
  }

  @Override
  public int getVersion() {
    return serializer.version();
  }

  @Override
  public byte[] serialize(T value) throws IOException {
    return serializer.serialize(value);
  }

  @Override
  public T deserialize(int version, byte[] bytes) throws IOException {
    return serializer.deserialize(version, bytes);
  }
}
