package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One page of a column.
 *
 * @param buffers where its buffers lie
 * @param rows rows in the page
 * @param encoding the message {@code PageLayout} of Lance's {@code encodings_v2_1.proto}; parsed
 *     only for the columns that are read
 */
record ColumnPage(List<Extent> buffers, long rows, ByteBuffer encoding) {

  /** The pages of a {@code ColumnMetadata} message. */
  static List<ColumnPage> parseAll(ProtoReader column) throws CorruptSegmentException {
    List<ColumnPage> pages = new ArrayList<>();
    while (column.next()) {
      if (column.field() == 2) {
        pages.add(parse(column.message()));
      }
    }
    return List.copyOf(pages);
  }

  private static ColumnPage parse(ProtoReader page) throws CorruptSegmentException {
    LongArray positions = new LongArray();
    LongArray sizes = new LongArray();
    long rows = 0;
    ByteBuffer encoding = ByteBuffer.allocate(0);
    while (page.next()) {
      switch (page.field()) {
        case 1 -> page.numbers(positions);
        case 2 -> page.numbers(sizes);
        case 3 -> rows = page.number();
        case 4 -> encoding = direct(page.message());
        default -> {} // the priority: pages lie in the order of their rows
      }
    }
    check(rows > 0, "a page of %d rows", rows);
    return new ColumnPage(extents(positions.toArray(), sizes.toArray()), rows, encoding);
  }

  private static List<Extent> extents(long[] positions, long[] sizes)
      throws CorruptSegmentException {
    check(
        positions.length == sizes.length,
        "a page with %d buffer positions but %d sizes",
        positions.length,
        sizes.length);
    List<Extent> buffers = new ArrayList<>();
    for (int i = 0; i < positions.length; i++) {
      buffers.add(new Extent(positions[i], sizes[i]));
    }
    return List.copyOf(buffers);
  }

  /** Encoding.direct (2) . encoding (1) is an Any, whose value (2) is the layout. */
  private static ByteBuffer direct(ProtoReader encoding) throws CorruptSegmentException {
    ProtoReader any = new ProtoReader(only(only(encoding, 2), 1));
    ByteBuffer layout = ByteBuffer.allocate(0);
    while (any.next()) {
      if (any.field() == 2) {
        layout = any.payload();
      }
    }
    return layout;
  }

  private static ByteBuffer only(ByteBuffer message, int field) throws CorruptSegmentException {
    return only(new ProtoReader(message), field);
  }

  private static ByteBuffer only(ProtoReader message, int field) throws CorruptSegmentException {
    check(message.next() && message.field() == field, "a page without direct encoding");
    return message.payload();
  }
}
