package dev.freshet.vector.format;

import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.ScalarType;
import java.io.IOException;
import java.util.UUID;
import java.util.function.LongConsumer;

/** The row ids of a segment, whatever else it holds. */
public sealed interface IndexedRows permits SegmentReader, ScalarSegment, InvertedReader {

  /** Feeds the row id of every entry, reading nothing but row ids. */
  void rowIds(LongConsumer consumer) throws IOException;

  /**
   * Opens a segment.
   *
   * @throws CorruptSegmentException if a file is malformed or of an unknown layout
   * @throws UnsupportedSegmentException if the segment must be left alone
   * @throws java.io.FileNotFoundException if a file is missing
   */
  static IndexedRows open(IndexStorage storage, UUID segment, IndexKind type) throws IOException {
    if (type instanceof ScalarType scalar) {
      return scalar.isOverWords()
          ? InvertedReader.open(storage, segment)
          : ScalarSegment.open(storage, segment, scalar);
    }
    return SegmentReader.open(storage, segment);
  }
}
