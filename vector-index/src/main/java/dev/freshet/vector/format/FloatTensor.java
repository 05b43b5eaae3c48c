package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A matrix of float32: the message {@code Tensor} of Lance's {@code index.proto}.
 *
 * @param values shape [rows][columns]
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk data, never compared
record FloatTensor(int rows, int columns, float[] values) {
  private static final int FLOAT32 = 2;

  FloatTensor {
    if (rows < 0 || columns < 0 || (long) rows * columns != values.length) {
      throw new IllegalArgumentException(
          values.length + " floats are not a matrix of " + rows + " x " + columns);
    }
  }

  static FloatTensor parse(ProtoReader message) throws CorruptSegmentException {
    long dataType = 0;
    LongArray shapes = new LongArray();
    ByteBuffer data = ByteBuffer.allocate(0);
    while (message.next()) {
      switch (message.field()) {
        case 1 -> dataType = message.number();
        case 2 -> message.numbers(shapes);
        case 3 -> data = message.payload();
        default -> {}
      }
    }
    long[] shape = shapes.toArray();
    check(dataType == FLOAT32, "a tensor of data type %d: only float32 is known", dataType);
    check(shape.length == 2, "a tensor of %d dimensions instead of 2", shape.length);
    long floats = data.remaining() / Float.BYTES;
    check(
        data.remaining() % Float.BYTES == 0
            && shape[0] >= 0
            && shape[0] <= floats
            && shape[1] > 0
            && shape[1] <= Math.max(floats, 1)
            && shape[0] * shape[1] == floats,
        "a tensor of shape %d x %d with %d bytes",
        shape[0],
        shape[1],
        data.remaining());
    float[] values = new float[(int) floats];
    data.asFloatBuffer().get(values);
    return new FloatTensor((int) shape[0], (int) shape[1], values);
  }

  ProtoWriter toMessage() {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new ProtoWriter()
        .number(1, FLOAT32)
        .packed(2, new long[] {rows, columns})
        .bytes(3, data.array());
  }
}
