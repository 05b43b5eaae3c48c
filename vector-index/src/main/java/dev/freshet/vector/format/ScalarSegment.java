package dev.freshet.vector.format;

import dev.freshet.state.model.ScalarType;
import java.io.IOException;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ValueVector;

/** A segment of values: each entry is a value and the id of a row that has it. */
public sealed interface ScalarSegment extends IndexedRows permits BTreeReader, BitmapReader {

  /** Takes entries, in any order. */
  @FunctionalInterface
  interface Entries {

    /**
     * Takes one.
     *
     * @param values valid until this returns
     * @param place of the value in them; it may be null
     */
    void accept(ValueVector values, int place, long rowId);
  }

  /**
   * Feeds every entry.
   *
   * @param memory for a batch of them
   */
  void entries(BufferAllocator memory, Entries consumer) throws IOException;

  /**
   * Opens a segment.
   *
   * @param type of an index whose entries are values
   * @throws CorruptSegmentException if a file is malformed or of an unknown layout
   * @throws UnsupportedSegmentException if it is in parts that nobody has put together
   * @throws java.io.FileNotFoundException if there is none
   */
  static ScalarSegment open(IndexStorage storage, UUID segment, ScalarType type)
      throws IOException {
    return switch (type) {
      case BTREE -> BTreeReader.open(storage, segment);
      case BITMAP, LABEL_LIST -> BitmapReader.open(storage, segment);
      case INVERTED -> throw new IllegalArgumentException("Words are no values of rows");
    };
  }
}
