package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The last 40 bytes of a Lance file. Column metadata, its offset table, the table of global buffers
 * and the footer lie one after the other at the end of a file.
 *
 * @param columnMetadata position of the first column's metadata
 * @param columnTable position of the (position, length) pairs of the columns' metadata
 * @param globalTable position of the (position, length) pairs of the global buffers
 */
record FileFooter(
    FileFormat format,
    long columnMetadata,
    long columnTable,
    long globalTable,
    int globalBuffers,
    int columns) {
  static final int BYTES = 40;

  /** Bytes of one (position, length) pair. */
  static final int ENTRY_BYTES = 2 * Long.BYTES;

  private static final int MAGIC = 0x434E414C; // "LANC", little-endian

  /**
   * @param bytes the last 40 bytes
   * @param fileLength length of the whole file
   */
  static FileFooter parse(ByteBuffer bytes, long fileLength) throws CorruptSegmentException {
    ByteBuffer footer = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long columnMetadata = footer.getLong();
    long columnTable = footer.getLong();
    long globalTable = footer.getLong();
    int globalBuffers = footer.getInt();
    int columns = footer.getInt();
    int major = Short.toUnsignedInt(footer.getShort());
    int minor = Short.toUnsignedInt(footer.getShort());
    check(footer.getInt() == MAGIC, "it does not end as a Lance file does");
    FileFooter parsed =
        new FileFooter(
            FileFormat.ofFooter(major, minor),
            columnMetadata,
            columnTable,
            globalTable,
            globalBuffers,
            columns);
    check(parsed.fits(fileLength), "a footer that does not fit %d bytes: %s", fileLength, parsed);
    return parsed;
  }

  private boolean fits(long fileLength) {
    return globalBuffers > 0
        && columns > 0
        && columnMetadata >= 0
        && columnMetadata <= columnTable
        && columnTable <= globalTable
        && globalTable <= fileLength - BYTES
        && globalTable - columnTable == (long) columns * ENTRY_BYTES
        && fileLength - BYTES - globalTable == (long) globalBuffers * ENTRY_BYTES;
  }

  byte[] toByteArray() {
    return ByteBuffer.allocate(BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(columnMetadata)
        .putLong(columnTable)
        .putLong(globalTable)
        .putInt(globalBuffers)
        .putInt(columns)
        .putShort(format.major())
        .putShort(format.minor())
        .putInt(MAGIC)
        .array();
  }
}
