package dev.freshet.vector.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Writes what follows the pages of a Lance file. */
final class FileTail {

  private FileTail() {}

  /**
   * Writes global buffers, column metadata, their tables and the footer, in this order: Lance reads
   * everything from the column metadata on at once, so the buffers must lie before.
   *
   * @param columns the pages of each column of the schema
   * @param buffers the global buffers after the schema; the first of them is number 1
   */
  static void write(
      FileOutput out,
      FileFormat format,
      FileSchema schema,
      List<List<ColumnPage>> columns,
      List<byte[]> buffers)
      throws IOException {
    List<Extent> globals = new ArrayList<>();
    byte[] descriptor = schema.toByteArray();
    globals.add(out.writeBuffer(descriptor, descriptor.length));
    for (byte[] buffer : buffers) {
      globals.add(out.writeBuffer(buffer, buffer.length));
    }
    List<Extent> metadata = new ArrayList<>();
    for (List<ColumnPage> pages : columns) {
      byte[] column = ColumnPage.toColumn(pages, format);
      metadata.add(out.writeBuffer(column, column.length));
    }
    long columnTable = out.position();
    out.write(table(metadata));
    long globalTable = out.position();
    out.write(table(globals));
    FileFooter footer =
        new FileFooter(
            format,
            metadata.get(0).position(),
            columnTable,
            globalTable,
            globals.size(),
            columns.size());
    out.write(footer.toByteArray());
  }

  private static byte[] table(List<Extent> extents) {
    ByteBuffer table =
        ByteBuffer.allocate(extents.size() * FileFooter.ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    extents.forEach(extent -> table.putLong(extent.position()).putLong(extent.length()));
    return table.array();
  }
}
