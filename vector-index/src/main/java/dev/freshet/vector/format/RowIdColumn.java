package dev.freshet.vector.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongConsumer;

/** A column of row ids. */
final class RowIdColumn {

  private static final int AT_ONCE = 8192;

  private RowIdColumn() {}

  /** Feeds every row id, from the first to the last. */
  static void read(LanceFile file, int column, LongConsumer consumer) throws IOException {
    ColumnReader reader = new ColumnReader(file, column, 1, Long.BYTES, Runnable::run);
    byte[] bytes = new byte[AT_ONCE * Long.BYTES];
    ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (long left = file.schema().rows(); left > 0; ) {
      int count = (int) Math.min(left, AT_ONCE);
      reader.read(bytes, 0, count);
      for (int i = 0; i < count; i++) {
        consumer.accept(values.getLong(i * Long.BYTES));
      }
      left -= count;
    }
  }
}
