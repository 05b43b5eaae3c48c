package dev.freshet.job.oracle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A matrix of floats in a global buffer of a Lance file: protobuf's {@code Tensor}, shape first,
 * then the values.
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record StoredTensor(List<Integer> shape, float[] values) {

  private static final int FOOTER_BYTES = 40;
  private static final int ENTRY_BYTES = 16;

  /** The field of an {@code IVF} message that holds the centroids. */
  private static final int CENTROIDS = 4;

  private static final int SHAPE = 2;
  private static final int DATA = 3;
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;

  /** The centroids, which {@code index.idx} has in its first buffer after the schema. */
  static StoredTensor centroids(Path indexFile) throws IOException {
    return parse(field(globalBuffer(indexFile, 1), CENTROIDS));
  }

  /** The PQ codebook, which {@code auxiliary.idx} has in the buffer after that. */
  static StoredTensor codebook(Path auxiliaryFile) throws IOException {
    return parse(globalBuffer(auxiliaryFile, 2));
  }

  private static ByteBuffer globalBuffer(Path path, int number) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    long table = file.getLong(file.capacity() - FOOTER_BYTES + 2 * Long.BYTES);
    int entry = (int) table + number * ENTRY_BYTES;
    int length = (int) file.getLong(entry + Long.BYTES);
    return file.slice((int) file.getLong(entry), length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static StoredTensor parse(ByteBuffer message) {
    List<Integer> shape = new ArrayList<>();
    ByteBuffer data = field(message.duplicate(), DATA).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer packed = field(message.duplicate(), SHAPE);
    while (packed.hasRemaining()) {
      shape.add((int) varint(packed));
    }
    float[] values = new float[data.remaining() / Float.BYTES];
    data.asFloatBuffer().get(values);
    return new StoredTensor(List.copyOf(shape), values);
  }

  /** The bytes of a field that is there once. */
  private static ByteBuffer field(ByteBuffer message, int wanted) {
    while (message.hasRemaining()) {
      long tag = varint(message);
      switch ((int) (tag & 7)) {
        case VARINT -> varint(message);
        case FIXED_64 -> message.position(message.position() + Long.BYTES);
        case BYTES -> {
          int length = (int) varint(message);
          if (tag >>> 3 == wanted) {
            return message.slice(message.position(), length);
          }
          message.position(message.position() + length);
        }
        default -> throw new IllegalStateException("Tag " + tag + " is not known");
      }
    }
    throw new IllegalStateException("No field " + wanted);
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
