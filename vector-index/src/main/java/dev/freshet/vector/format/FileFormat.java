package dev.freshet.vector.format;

import java.util.Arrays;

/**
 * A version of Lance's file format that index files are read and written in. They take the format
 * of the dataset's data files, whoever writes them.
 */
public enum FileFormat {
  /** Pages are plain buffers. On disk it calls itself 0.3. */
  V2_0(0, 3, "/lance.encodings.ArrayEncoding", 0),
  /** Small values lie in chunks, each with an entry of 16 bits in the page's table. */
  V2_1(2, 1, "/lance.encodings21.PageLayout", Short.BYTES),
  /** The same with entries of 32 bits, and pages of one value that have no buffer. */
  V2_2(2, 2, "/lance.encodings21.PageLayout", Integer.BYTES);

  private final int major;
  private final int minor;
  private final String pageEncodingType;
  private final int chunkEntryBytes;

  FileFormat(int major, int minor, String pageEncodingType, int chunkEntryBytes) {
    this.major = major;
    this.minor = minor;
    this.pageEncodingType = pageEncodingType;
    this.chunkEntryBytes = chunkEntryBytes;
  }

  /**
   * The format of new index files in a dataset, never of files that are there: that of its data
   * files, or 2.1, which every reader of a newer dataset knows.
   *
   * @param storageVersion the version in the data format of the dataset's manifest, such as {@code
   *     2.2}
   */
  public static FileFormat ofDataset(String storageVersion) {
    return switch (storageVersion) {
      case "legacy", "0.1", "0.2", "0.3", "2.0" -> V2_0;
      case "2.2" -> V2_2;
      default -> V2_1;
    };
  }

  /**
   * The format that a footer names.
   *
   * @throws UnknownFormatException if it is none of these
   */
  static FileFormat ofFooter(int major, int minor) throws UnknownFormatException {
    for (FileFormat format : values()) {
      if (format.major == major && format.minor == minor) {
        return format;
      }
    }
    throw new UnknownFormatException(
        "Lance file format %d.%d: known are %s".formatted(major, minor, Arrays.toString(values())));
  }

  short major() {
    return (short) major;
  }

  short minor() {
    return (short) minor;
  }

  /** Name of the message that describes a page. */
  String pageEncodingType() {
    return pageEncodingType;
  }

  /** Bytes of a chunk's entry in the table of its page; 0 if pages have no chunks. */
  int chunkEntryBytes() {
    return chunkEntryBytes;
  }

  boolean hasChunks() {
    return chunkEntryBytes > 0;
  }

  /** Whether sizes of chunks, in tables and headers, are of 32 bits. */
  boolean hasLargeChunks() {
    return chunkEntryBytes == Integer.BYTES;
  }

  /** The version as Lance's users know it. */
  @Override
  public String toString() {
    return name().substring(1).replace('_', '.');
  }
}
