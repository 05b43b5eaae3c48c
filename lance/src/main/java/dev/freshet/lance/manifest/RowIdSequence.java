package dev.freshet.lance.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.freshet.vector.format.ProtoReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.lance.FragmentMetadata;
import org.lance.fragment.RowIdMeta;

/**
 * The stable row ids of a fragment, in the segments in which its metadata holds them: a protobuf
 * {@code lance.table.RowIdSequence}. Memory: 8 bytes a row, but for ranges without holes.
 */
public record RowIdSequence(List<Segment> segments) {

  /** Ids of neighbouring rows, in their order, also of deleted ones. */
  public sealed interface Segment {

    /** Feeds the ids. */
    void forEach(LongConsumer ids);
  }

  /** All ids from the first to before the end. */
  record Range(long start, long end) implements Segment {
    @Override
    public void forEach(LongConsumer ids) {
      LongStream.range(start, end).forEach(ids);
    }
  }

  /** Single ids, or those of a range with holes. */
  record Listed(long[] values) implements Segment {
    @Override
    public void forEach(LongConsumer ids) {
      LongStream.of(values).forEach(ids);
    }
  }

  private static final JsonFactory JSON = new JsonFactory();
  private static final int START = 1;
  private static final int END = 2;
  private static final int MEMBERS = 3;

  public RowIdSequence {
    segments = List.copyOf(segments);
  }

  /**
   * The sequence of a fragment; empty if its metadata does not hold one of a known form.
   *
   * @throws IOException if it is malformed
   */
  public static Optional<RowIdSequence> of(FragmentMetadata fragment) throws IOException {
    RowIdMeta meta = fragment.getRowIdMeta();
    return meta == null
        ? Optional.empty()
        : inline(meta.getMetadata()).map(ProtoReader::new).flatMap(RowIdSequence::parsed);
  }

  /** The bytes of {@code {"Inline":[…]}}; a sequence in a file of its own has none. */
  private static Optional<byte[]> inline(String json) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(json.length() / 3);
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT
          || !"Inline".equals(parser.nextFieldName())
          || parser.nextToken() != JsonToken.START_ARRAY) {
        return Optional.empty();
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        bytes.write(parser.getIntValue());
      }
    }
    return Optional.of(bytes.toByteArray());
  }

  /** Empty if a newer Lance has stored it in a form that is not known. */
  private static Optional<RowIdSequence> parsed(ProtoReader sequence) {
    List<Segment> segments = new ArrayList<>();
    try {
      while (sequence.next()) {
        ProtoReader message = sequence.message();
        while (message.next()) {
          Optional<Segment> segment = segment(message.field(), message.message());
          if (segment.isEmpty()) {
            return Optional.empty();
          }
          segments.add(segment.get());
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.of(new RowIdSequence(segments));
  }

  private static Optional<Segment> segment(int kind, ProtoReader message) throws IOException {
    return switch (kind) {
      case 1, 2, 3 -> Optional.of(range(kind, message));
      case 4, 5 -> {
        LongStream.Builder ids = LongStream.builder();
        forEach(message, ids::add);
        yield Optional.of(new Listed(ids.build().toArray()));
      }
      default -> Optional.empty();
    };
  }

  /**
   * A range; kind 2 names those of it that are missing, kind 3 has a bit for each that is there.
   */
  private static Segment range(int kind, ProtoReader message) throws IOException {
    long start = 0;
    long end = 0;
    ByteBuffer members = ByteBuffer.allocate(0);
    LongStream.Builder holes = LongStream.builder();
    while (message.next()) {
      switch (message.field()) {
        case START -> start = message.number();
        case END -> end = message.number();
        case MEMBERS -> {
          members = message.payload();
          if (kind == 2) {
            forEach(message.message(), holes::add);
          }
        }
        default -> {} // none is known
      }
    }
    return switch (kind) {
      case 2 -> new Listed(without(start, end, holes.build().sorted().toArray()));
      case 3 -> new Listed(among(start, end, members));
      default -> new Range(start, end);
    };
  }

  private static long[] without(long start, long end, long[] holes) {
    LongStream.Builder ids = LongStream.builder();
    int next = 0;
    for (long id = start; id < end; id++) {
      while (next < holes.length && holes[next] < id) {
        next++;
      }
      if (next == holes.length || holes[next] != id) {
        ids.add(id);
      }
    }
    return ids.build().toArray();
  }

  private static long[] among(long start, long end, ByteBuffer bits) {
    return LongStream.range(start, end)
        .filter(
            id -> {
              int bit = (int) (id - start);
              return (bits.get(bits.position() + bit / Byte.SIZE) >> bit % Byte.SIZE & 1) == 1;
            })
        .toArray();
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
