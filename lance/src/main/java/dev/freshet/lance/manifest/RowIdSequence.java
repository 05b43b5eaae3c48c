package dev.freshet.lance.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.vector.format.ProtoReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.lance.Fragment;
import org.lance.fragment.RowIdMeta;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * The stable row ids of a fragment, in the segments in which its metadata holds them: a protobuf
 * {@code lance.table.RowIdSequence}. Memory: 2 bytes a row at most.
 */
public record RowIdSequence(List<Segment> segments) {

  /**
   * Some ids of neighbouring rows, also of deleted ones.
   *
   * @param listed whether they are stored one by one, and not as what a range has or lacks
   */
  public record Segment(Roaring64Bitmap ids, boolean listed) {}

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int START = 1;
  private static final int END = 2;
  private static final int MEMBERS = 3;

  public RowIdSequence {
    segments = List.copyOf(segments);
  }

  /**
   * The sequence of a fragment; empty if its metadata does not hold one.
   *
   * @throws IOException if it is malformed
   */
  public static Optional<RowIdSequence> of(Fragment fragment) throws IOException {
    RowIdMeta meta = fragment.metadata().getRowIdMeta();
    if (meta == null) {
      return Optional.empty();
    }
    JsonNode inline = JSON.readTree(meta.getMetadata()).path("Inline");
    if (!inline.isArray()) { // in a file of its own, which no known writer does
      return Optional.empty();
    }
    byte[] bytes = new byte[inline.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) inline.get(i).asInt();
    }
    return Optional.of(parse(new ProtoReader(bytes)));
  }

  private static RowIdSequence parse(ProtoReader sequence) throws IOException {
    List<Segment> segments = new ArrayList<>();
    while (sequence.next()) {
      ProtoReader segment = sequence.message();
      while (segment.next()) {
        segments.add(segment(segment.field(), segment.message()));
      }
    }
    return new RowIdSequence(segments);
  }

  private static Segment segment(int kind, ProtoReader message) throws IOException {
    Roaring64Bitmap ids = new Roaring64Bitmap();
    switch (kind) {
      case 1, 2, 3 -> addRange(kind, message, ids);
      case 4, 5 -> forEach(message, ids::addLong);
      default -> throw new IOException("Row ids in a segment of the unknown kind " + kind);
    }
    return new Segment(ids, kind > 3);
  }

  /**
   * A range; kind 2 names those of it that are missing, kind 3 has a bit for each that is there.
   */
  private static void addRange(int kind, ProtoReader message, Roaring64Bitmap ids)
      throws IOException {
    long start = 0;
    long end = 0;
    Optional<ByteBuffer> members = Optional.empty();
    while (message.next()) {
      switch (message.field()) {
        case START -> start = message.number();
        case END -> end = message.number();
        case MEMBERS -> members = Optional.of(message.payload());
        default -> {} // none is known
      }
    }
    if (end > start) {
      ids.addRange(start, end);
    }
    if (kind == 2 && members.isPresent()) {
      forEach(message.message(), ids::removeLong);
    } else if (kind == 3 && members.isPresent()) {
      ByteBuffer bits = members.get();
      for (long id = start; id < end; id++) {
        int bit = (int) (id - start);
        if ((bits.get(bits.position() + bit / Byte.SIZE) >> bit % Byte.SIZE & 1) == 0) {
          ids.removeLong(id);
        }
      }
    }
  }

  /** The numbers of an {@code EncodedU64Array}: offsets of 2 or 4 bytes from a base, or 8 bytes. */
  private static void forEach(ProtoReader array, LongConsumer numbers) throws IOException {
    while (array.next()) {
      int bytes = 1 << array.field();
      ProtoReader values = array.message();
      long base = 0;
      while (values.next()) {
        if (values.field() == 1 && bytes < Long.BYTES) {
          base = values.number();
        } else {
          forEach(values.payload().order(ByteOrder.LITTLE_ENDIAN), bytes, base, numbers);
        }
      }
    }
  }

  private static void forEach(ByteBuffer values, int bytes, long base, LongConsumer numbers) {
    while (values.remaining() >= bytes) {
      long value =
          switch (bytes) {
            case Short.BYTES -> Short.toUnsignedLong(values.getShort());
            case Integer.BYTES -> Integer.toUnsignedLong(values.getInt());
            default -> values.getLong();
          };
      numbers.accept(base + value);
    }
  }
}
