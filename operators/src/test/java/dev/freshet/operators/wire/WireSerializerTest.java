package dev.freshet.operators.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ModelReference;
import java.io.IOException;
import java.util.UUID;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireSerializerTest {

  private static final CompactionGroup GROUP = new CompactionGroup(12, Coverage.of(3, 4), 100);
  private static final CompactionGroup OTHER = new CompactionGroup(13, Coverage.of(7), 200);

  private final TypeSerializer<CompactionGroup> groups =
      WireTypeInfo.of(WireKind.COMPACTION_GROUP, CompactionGroup.class)
          .createSerializer(new SerializerConfigImpl());

  @Test
  void recordsFollowEachOther() throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    groups.serialize(GROUP, out);
    groups.serialize(OTHER, out);
    DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
    assertThat(groups.deserialize(in)).isEqualTo(GROUP);
    assertThat(groups.deserialize(GROUP, in)).isEqualTo(OTHER);
    assertThat(in.available()).isZero();
  }

  @Test
  void bytesAreCopiedRecordByRecord() throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    groups.serialize(GROUP, out);
    int first = out.length();
    groups.serialize(OTHER, out);
    DataOutputSerializer copied = new DataOutputSerializer(16);
    groups.copy(new DataInputDeserializer(out.getCopyOfBuffer()), copied);
    assertThat(copied.length()).isEqualTo(first);
    assertThat(groups.deserialize(new DataInputDeserializer(copied.getCopyOfBuffer())))
        .isEqualTo(GROUP);
  }

  @Test
  void recordsOfAnUnknownVersionAreRejected() throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    out.writeInt(77);
    out.writeInt(0);
    assertThatThrownBy(() -> groups.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Cannot read a compaction group of version 77");
  }

  @ParameterizedTest
  @EnumSource(WireKind.class)
  void snapshotsNameTheirKind(WireKind kind) throws IOException {
    WireSerializer<Object> serializer = new WireSerializer<>(kind);
    DataOutputSerializer out = new DataOutputSerializer(16);
    TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
    TypeSerializerSnapshot<Object> read =
        TypeSerializerSnapshot.readVersionedSnapshot(
            new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
    assertThat(read).isInstanceOf(WireSerializerSnapshot.class);
    assertThat(read.restoreSerializer()).isEqualTo(serializer);
    assertThat(
            serializer.snapshotConfiguration().resolveSchemaCompatibility(read).isCompatibleAsIs())
        .isTrue();
  }

  @Test
  void anotherKindIsIncompatible() {
    TypeSerializerSnapshot<Object> work =
        new WireSerializer<Object>(WireKind.WORK).snapshotConfiguration();
    TypeSerializerSnapshot<Object> plan =
        new WireSerializer<Object>(WireKind.SEGMENT_PLAN).snapshotConfiguration();
    assertThat(work.resolveSchemaCompatibility(plan).isIncompatible()).isTrue();
    assertThat(plan.resolveSchemaCompatibility(work).isIncompatible()).isTrue();
  }

  @Test
  void anUnknownKindIsNamed() throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    out.writeUTF("PARTICLE");
    assertThatThrownBy(
            () ->
                new WireSerializerSnapshot<Object>()
                    .readSnapshot(
                        1,
                        new DataInputDeserializer(out.getCopyOfBuffer()),
                        getClass().getClassLoader()))
        .isInstanceOf(IOException.class)
        .hasMessage("The savepoint holds records of an unknown kind PARTICLE");
  }

  @Test
  void anUnknownSnapshotVersionIsRejected() {
    assertThatThrownBy(
            () ->
                new WireSerializerSnapshot<Object>()
                    .readSnapshot(
                        2, new DataInputDeserializer(new byte[0]), getClass().getClassLoader()))
        .isInstanceOf(IOException.class)
        .hasMessage("Unknown version 2 of a wire serializer's snapshot");
  }

  @Test
  void aTypeCarriesOneClassOnly() {
    assertThatThrownBy(() -> WireTypeInfo.of(WireKind.WORK, String.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("WORK carries ")
        .hasMessageContaining("not class java.lang.String");
    assertThat(WireTypeInfo.of(WireKind.COMPACTION_GROUP, CompactionGroup.class))
        .isEqualTo(WireTypeInfo.of(WireKind.COMPACTION_GROUP, CompactionGroup.class))
        .isNotEqualTo(WireTypeInfo.of(WireKind.MODEL_REFERENCE, ModelReference.class))
        .hasToString("Wire(COMPACTION_GROUP)");
  }

  @Test
  void recordsAreSharedNotCopied() {
    ModelReference reference = new ModelReference("m", new UUID(1, 2));
    WireSerializer<ModelReference> serializer = new WireSerializer<>(WireKind.MODEL_REFERENCE);
    assertThat(serializer.isImmutableType()).isTrue();
    assertThat(serializer.copy(reference)).isSameAs(reference);
    assertThat(serializer.duplicate()).isSameAs(serializer);
    assertThat(serializer.getLength()).isEqualTo(-1);
  }
}
