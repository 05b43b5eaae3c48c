package dev.freshet.operators.wire;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Names the kind in a savepoint; versions of a record are told apart by its own bytes. */
public final class WireSerializerSnapshot<T> implements TypeSerializerSnapshot<T> {

  private static final int VERSION = 1;

  private WireKind kind;

  /** For Flink, which reads the content afterwards. */
  public WireSerializerSnapshot() {}

  WireSerializerSnapshot(WireKind kind) {
    this.kind = kind;
  }

  @Override
  public int getCurrentVersion() {
    return VERSION;
  }

  @Override
  public void writeSnapshot(DataOutputView out) throws IOException {
    out.writeUTF(kind.name());
  }

  @Override
  public void readSnapshot(int version, DataInputView in, ClassLoader loader) throws IOException {
    if (version != VERSION) {
      throw new IOException("Unknown version " + version + " of a wire serializer's snapshot");
    }
    String name = in.readUTF();
    try {
      kind = WireKind.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new IOException("The savepoint holds records of an unknown kind " + name, e);
    }
  }

  @Override
  public TypeSerializer<T> restoreSerializer() {
    return new WireSerializer<>(kind);
  }

  @Override
  public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
      TypeSerializerSnapshot<T> old) {
    return old instanceof WireSerializerSnapshot<T> snapshot && snapshot.kind == kind
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.incompatible();
  }
}
