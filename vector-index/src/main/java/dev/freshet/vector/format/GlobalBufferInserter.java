package dev.freshet.vector.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Adds global buffers to a local Lance file, which its Java writer cannot do. The file's tail is
 * rewritten: Lance reads everything from the column metadata on at once, so buffers must lie
 * before.
 */
final class GlobalBufferInserter {
  private static final int ALIGNMENT = 64;

  private GlobalBufferInserter() {}

  /** Appends the buffers to those that the file has; their numbers follow on. */
  static void insert(Path path, List<byte[]> buffers) throws IOException {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long length = file.size();
      FileFooter footer =
          FileFooter.parse(read(file, length - FileFooter.BYTES, FileFooter.BYTES), length);
      ByteBuffer metadata =
          read(
              file,
              footer.columnMetadata(),
              Math.toIntExact(footer.columnTable() - footer.columnMetadata()));
      ByteBuffer columns =
          read(file, footer.columnTable(), footer.columns() * FileFooter.ENTRY_BYTES);
      ByteBuffer globals =
          read(file, footer.globalTable(), footer.globalBuffers() * FileFooter.ENTRY_BYTES);

      file.truncate(footer.columnMetadata()).position(footer.columnMetadata());
      ByteBuffer added = littleEndian(buffers.size() * FileFooter.ENTRY_BYTES);
      for (byte[] buffer : buffers) {
        align(file);
        added.putLong(file.position()).putLong(buffer.length);
        write(file, ByteBuffer.wrap(buffer));
      }
      align(file);
      long start = file.position();
      write(file, metadata);
      long columnTable = file.position();
      write(file, shifted(columns, start - footer.columnMetadata()));
      long globalTable = file.position();
      write(file, globals);
      write(file, added.flip());
      FileFooter moved =
          new FileFooter(
              start,
              columnTable,
              globalTable,
              footer.globalBuffers() + buffers.size(),
              footer.columns());
      write(file, ByteBuffer.wrap(moved.toByteArray()));
    }
  }

  private static ByteBuffer shifted(ByteBuffer table, long distance) {
    for (int at = 0; at < table.limit(); at += FileFooter.ENTRY_BYTES) {
      table.putLong(at, table.getLong(at) + distance);
    }
    return table;
  }

  private static void align(FileChannel file) throws IOException {
    int padding = (int) (-file.position() & (ALIGNMENT - 1));
    write(file, ByteBuffer.allocate(padding));
  }

  private static ByteBuffer read(FileChannel file, long position, int length) throws IOException {
    ByteBuffer bytes = littleEndian(length);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, position + bytes.position()) < 0) {
        throw new EOFException("A Lance file ends before byte " + (position + length));
      }
    }
    return bytes.flip();
  }

  private static void write(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
