package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * The tail of a Lance file, parsed and checked in Java, because Lance's own reader aborts the
 * process over a malformed file: every extent lies inside the file and no two of them overlap, so
 * nothing that is read or allocated later exceeds the file's size.
 */
final class LanceFile {
  private static final int FIRST_READ_BYTES = 64 << 10;
  private static final int MAX_TAIL_BYTES = 64 << 20;
  private static final int MAX_GLOBAL_BUFFER_BYTES = 1 << 30;

  private final IndexStorage storage;
  private final UUID segment;
  private final String name;
  private final FileFormat format;
  private final List<Extent> globalBuffers;
  private final List<List<ColumnPage>> columns;
  private final FileSchema schema;

  private LanceFile(
      IndexStorage storage,
      UUID segment,
      String name,
      FileFormat format,
      List<Extent> globalBuffers,
      List<List<ColumnPage>> columns)
      throws IOException {
    this.storage = storage;
    this.segment = segment;
    this.name = name;
    this.format = format;
    this.globalBuffers = globalBuffers;
    this.columns = columns;
    this.schema = FileSchema.parse(globalBuffer(0));
    for (List<ColumnPage> pages : columns) {
      long rows = pages.stream().mapToLong(ColumnPage::rows).reduce(0, LanceFile::addSaturated);
      boolean topLevel = columns.size() == schema.columns().size();
      check(
          !topLevel || rows == schema.rows(),
          "a column of %d rows in a file of %d",
          rows,
          schema.rows());
    }
  }

  static LanceFile open(IndexStorage storage, UUID segment, String name) throws IOException {
    try {
      return parse(storage, segment, name);
    } catch (CorruptSegmentException e) {
      throw e.at(name);
    }
  }

  private static LanceFile parse(IndexStorage storage, UUID segment, String name)
      throws IOException {
    long length = storage.length(segment, name);
    check(length >= FileFooter.BYTES, "only %d bytes", length);
    int guess = (int) Math.min(length, FIRST_READ_BYTES);
    ByteBuffer tail = ByteBuffer.wrap(storage.read(segment, name, length - guess, guess));
    FileFooter footer =
        FileFooter.parse(tail.slice(guess - FileFooter.BYTES, FileFooter.BYTES), length);
    long needed = length - footer.columnMetadata();
    check(needed <= MAX_TAIL_BYTES, "a tail of %d bytes", needed);
    if (needed > guess) {
      byte[] whole = storage.read(segment, name, footer.columnMetadata(), (int) needed);
      tail = ByteBuffer.wrap(whole);
    } else {
      tail = tail.slice(guess - (int) needed, (int) needed);
    }
    tail.order(ByteOrder.LITTLE_ENDIAN);
    List<Extent> globals =
        extents(tail, footer.globalTable() - footer.columnMetadata(), footer.globalBuffers());
    List<List<ColumnPage>> columns = columns(tail, footer);
    checkDisjoint(globals, columns, footer.columnMetadata());
    return new LanceFile(storage, segment, name, footer.format(), globals, columns);
  }

  FileFormat format() {
    return format;
  }

  FileSchema schema() {
    return schema;
  }

  List<ColumnPage> pages(int column) {
    return columns.get(column);
  }

  byte[] globalBuffer(int number) throws IOException {
    check(
        number >= 0 && number < globalBuffers.size(),
        "no global buffer %d among %d",
        number,
        globalBuffers.size());
    Extent extent = globalBuffers.get(number);
    check(
        extent.length() <= MAX_GLOBAL_BUFFER_BYTES, "a global buffer of %d bytes", extent.length());
    return read(extent.position(), (int) extent.length());
  }

  byte[] read(long position, int length) throws IOException {
    return storage.read(segment, name, position, length);
  }

  private static List<List<ColumnPage>> columns(ByteBuffer tail, FileFooter footer)
      throws CorruptSegmentException {
    long start = footer.columnMetadata();
    List<List<ColumnPage>> columns = new ArrayList<>();
    for (Extent extent : extents(tail, footer.columnTable() - start, footer.columns())) {
      check(
          extent.within(start, footer.columnTable()),
          "column metadata outside its place: %s",
          extent);
      ByteBuffer metadata = tail.slice((int) (extent.position() - start), (int) extent.length());
      columns.add(ColumnPage.parseAll(new ProtoReader(metadata), footer.format()));
    }
    return List.copyOf(columns);
  }

  private static List<Extent> extents(ByteBuffer tail, long at, int count) {
    List<Extent> extents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int entry = (int) at + i * FileFooter.ENTRY_BYTES;
      extents.add(new Extent(tail.getLong(entry), tail.getLong(entry + Long.BYTES)));
    }
    return extents;
  }

  private static void checkDisjoint(
      List<Extent> globals, List<List<ColumnPage>> columns, long dataEnd)
      throws CorruptSegmentException {
    List<Extent> all = new ArrayList<>(globals);
    columns.forEach(pages -> pages.forEach(page -> all.addAll(page.buffers())));
    all.sort(Comparator.comparingLong(Extent::position).thenComparingLong(Extent::length));
    long end = 0;
    for (Extent extent : all) {
      check(
          extent.within(end, dataEnd),
          "%s overlaps another buffer or leaves the data, which ends at %d",
          extent,
          dataEnd);
      end = extent.position() + extent.length();
    }
  }

  private static long addSaturated(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
