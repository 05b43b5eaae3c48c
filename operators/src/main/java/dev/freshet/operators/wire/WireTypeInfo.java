package dev.freshet.operators.wire;

import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** The Flink type of a record that travels in a {@link WireKind}. */
public final class WireTypeInfo<T> extends TypeInformation<T> {

  private static final long serialVersionUID = 1L;

  private final WireKind kind;

  private WireTypeInfo(WireKind kind) {
    this.kind = kind;
  }

  /** The type information of a kind; the caller names the record type. */
  public static <T> WireTypeInfo<T> of(WireKind kind, Class<T> type) {
    if (!kind.type().equals(type)) {
      throw new IllegalArgumentException(kind + " carries " + kind.type() + ", not " + type);
    }
    return new WireTypeInfo<>(kind);
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return new WireSerializer<>(kind);
  }

  @Override
  @SuppressWarnings("unchecked") // checked in of()
  public Class<T> getTypeClass() {
    return (Class<T>) kind.type();
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof WireTypeInfo;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WireTypeInfo<?> info && info.kind == kind;
  }

  @Override
  public int hashCode() {
    return kind.hashCode();
  }

  @Override
  public String toString() {
    return "Wire(" + kind + ")";
  }
}
