package dev.freshet.operators.wire;

import dev.freshet.state.serde.VersionedSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes a record as its length and the bytes of its versioned serializer. */
final class WireSerializer<T> extends TypeSerializer<T> {

  private static final long serialVersionUID = 1L;

  private final WireKind kind;

  WireSerializer(WireKind kind) {
    this.kind = kind;
  }

  WireKind kind() {
    return kind;
  }

  @SuppressWarnings("unchecked") // the kind carries one type, checked in WireTypeInfo
  private VersionedSerializer<T> serializer() {
    return (VersionedSerializer<T>) kind.serializer();
  }

  @Override
  public void serialize(T value, DataOutputView out) throws IOException {
    byte[] bytes = serializer().serialize(value);
    out.writeInt(serializer().version());
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @Override
  public T deserialize(DataInputView in) throws IOException {
    int version = in.readInt();
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return serializer().deserialize(version, bytes);
  }

  @Override
  public T deserialize(T reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public void copy(DataInputView in, DataOutputView out) throws IOException {
    out.writeInt(in.readInt());
    int length = in.readInt();
    out.writeInt(length);
    out.write(in, length);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public TypeSerializer<T> duplicate() {
    return this;
  }

  @Override
  public T createInstance() {
    return null; // Flink's own contract for types without a default instance
  }

  @Override
  public T copy(T from) {
    return from;
  }

  @Override
  public T copy(T from, T reuse) {
    return from;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public TypeSerializerSnapshot<T> snapshotConfiguration() {
    return new WireSerializerSnapshot<>(kind);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WireSerializer<?> serializer && serializer.kind == kind;
  }

  @Override
  public int hashCode() {
    return kind.hashCode();
  }
}
