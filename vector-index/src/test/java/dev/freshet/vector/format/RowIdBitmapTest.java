package dev.freshet.vector.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class RowIdBitmapTest {

  @Test
  void idsAreTheUpperHalfAndEachOfTheLower() throws Exception {
    byte[] bytes =
        bytes(new int[] {0, 3}, RoaringBitmap.bitmapOf(7, -1), RoaringBitmap.bitmapOf(0));
    assertThat(ids(bytes)).containsExactly(7L, 0xFFFF_FFFFL, 3L << 32);
  }

  @Test
  void runsAreRead() throws Exception {
    RoaringBitmap run = new RoaringBitmap();
    run.add(10L, 100_000L);
    run.runOptimize();
    assertThat(ids(bytes(new int[] {1}, run))).hasSize(99_990).startsWith((1L << 32) + 10);
  }

  @Test
  void whatEndsTooEarlyIsCorrupt() throws Exception {
    byte[] bytes = bytes(new int[] {0, 3}, RoaringBitmap.bitmapOf(7, 9), RoaringBitmap.bitmapOf(0));
    for (int length = 0; length < bytes.length; length++) {
      byte[] some = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> ids(some))
          .as("%d of %d bytes", length, bytes.length)
          .isInstanceOf(CorruptSegmentException.class);
    }
  }

  private static List<Long> ids(byte[] bytes) throws IOException {
    List<Long> ids = new ArrayList<>();
    RowIdBitmap.forEach(ByteBuffer.wrap(bytes), ids::add);
    return ids;
  }

  private static byte[] bytes(int[] upper, RoaringBitmap... lower) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(littleEndian(lower.length));
    for (int part = 0; part < lower.length; part++) {
      ByteArrayOutputStream bitmap = new ByteArrayOutputStream();
      lower[part].serialize(new DataOutputStream(bitmap));
      out.write(littleEndian(upper[part]));
      out.write(littleEndian(bitmap.size()));
      bitmap.writeTo(out);
    }
    return out.toByteArray();
  }

  private static byte[] littleEndian(int number) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array();
  }
}
