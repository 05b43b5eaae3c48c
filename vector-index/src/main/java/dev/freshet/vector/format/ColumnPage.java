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
 * @param encoding the message {@link PageLayout} or, in format 2.0, {@link ArrayEncoding}; parsed
 *     only for the columns that are read
 */
record ColumnPage(List<Extent> buffers, long rows, ByteBuffer encoding) {
  private static final String COLUMN_ENCODING = "/lance.encodings.ColumnEncoding";

  /** The {@code ColumnMetadata} message of a column with these pages. */
  static byte[] toColumn(List<ColumnPage> pages, FileFormat format) {
    ProtoWriter values = new ProtoWriter().bytes(1, new byte[0]); // no encoding of all pages
    ProtoWriter column =
        new ProtoWriter().message(1, direct(COLUMN_ENCODING, values.toByteArray()));
    long firstRow = 0;
    for (ColumnPage page : pages) {
      column.message(2, page.toMessage(firstRow, format));
      firstRow += page.rows();
    }
    return column.toByteArray();
  }

  private ProtoWriter toMessage(long firstRow, FileFormat format) {
    byte[] message = new byte[encoding.remaining()];
    encoding.duplicate().get(message);
    return new ProtoWriter()
        .packed(1, buffers.stream().mapToLong(Extent::position).toArray())
        .packed(2, buffers.stream().mapToLong(Extent::length).toArray())
        .number(3, rows)
        .message(4, direct(format.pageEncodingType(), message))
        .number(5, firstRow);
  }

  /** Encoding.direct (2) . encoding (1) is an Any. */
  private static ProtoWriter direct(String type, byte[] message) {
    ProtoWriter any = new ProtoWriter().string(1, type).bytes(2, message);
    return new ProtoWriter().message(2, new ProtoWriter().message(1, any));
  }

  /** The pages of a {@code ColumnMetadata} message. */
  static List<ColumnPage> parseAll(ProtoReader column, FileFormat format)
      throws CorruptSegmentException {
    List<ColumnPage> pages = new ArrayList<>();
    while (column.next()) {
      if (column.field() == 2) {
        pages.add(parse(column.message(), format));
      }
    }
    return List.copyOf(pages);
  }

  private static ColumnPage parse(ProtoReader page, FileFormat format)
      throws CorruptSegmentException {
    LongArray positions = new LongArray();
    LongArray sizes = new LongArray();
    long rows = 0;
    ByteBuffer encoding = ByteBuffer.allocate(0);
    while (page.next()) {
      switch (page.field()) {
        case 1 -> page.numbers(positions);
        case 2 -> page.numbers(sizes);
        case 3 -> rows = page.number();
        case 4 -> encoding = direct(page.message(), format);
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

  /** Encoding.direct (2) . encoding (1) is an Any: a type (1) and the message (2). */
  private static ByteBuffer direct(ProtoReader encoding, FileFormat format)
      throws CorruptSegmentException {
    ProtoReader any = encoding.only(2).only(1);
    String type = "";
    ByteBuffer message = ByteBuffer.allocate(0);
    while (any.next()) {
      switch (any.field()) {
        case 1 -> type = any.string();
        case 2 -> message = any.payload();
        default -> {} // there is none
      }
    }
    check(type.equals(format.pageEncodingType()), "a page described by '%s'", type);
    return message;
  }
}
