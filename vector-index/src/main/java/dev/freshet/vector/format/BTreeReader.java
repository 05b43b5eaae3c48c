package dev.freshet.vector.format;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;

/**
 * Reads the row ids of a BTREE segment: Lance keeps the values of a column, ascending, beside the
 * ids of their rows in one file, and the bounds of its pages in another.
 */
public final class BTreeReader implements ScalarSegment {

  private static final String PAGES = "page_data.lance";
  private static final String LOOKUP = "page_lookup.lance";
  private static final String ROW_IDS = "ids";
  private static final String ROW_ID_TYPE = "uint64";
  private static final String VALUES = "values";

  /** Few, as texts may be long. */
  private static final int BATCH_ROWS = 1024;

  private final IndexStorage storage;
  private final UUID segment;
  private final LanceFile pages;
  private final int column;

  private BTreeReader(IndexStorage storage, UUID segment) throws IOException {
    this.storage = storage;
    this.segment = segment;
    this.pages = LanceFile.open(storage, segment, PAGES);
    this.column = pages.schema().indexOf(ROW_IDS, ROW_ID_TYPE);
    try {
      LanceFile.open(storage, segment, LOOKUP); // Lance opens it, too
    } catch (FileNotFoundException e) {
      throw new CorruptSegmentException("no " + LOOKUP, e);
    }
  }

  /**
   * Opens a segment.
   *
   * @throws CorruptSegmentException if a file is malformed or of an unknown layout
   * @throws UnsupportedSegmentException if its pages are in several files
   * @throws FileNotFoundException if there is no segment
   */
  public static BTreeReader open(IndexStorage storage, UUID segment) throws IOException {
    try {
      return new BTreeReader(storage, segment);
    } catch (CorruptSegmentException e) {
      throw e.at("Segment " + segment + " of " + storage.datasetUri());
    } catch (IllegalArgumentException e) {
      throw new CorruptSegmentException(
          "Segment " + segment + " of " + storage.datasetUri() + ": " + e.getMessage(), e);
    } catch (FileNotFoundException e) {
      if (isThere(storage, segment, LOOKUP) || storage.size(segment) == 0) {
        throw e;
      }
      throw new UnsupportedSegmentException(
          "Segment " + segment, "is in parts that nobody has put together");
    }
  }

  private static boolean isThere(IndexStorage storage, UUID segment, String file)
      throws IOException {
    try {
      return storage.length(segment, file) > 0;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** How many entries there are. */
  public long rows() {
    return pages.schema().rows();
  }

  @Override
  public void rowIds(LongConsumer consumer) throws IOException {
    try {
      RowIdColumn.read(pages, column, consumer);
    } catch (CorruptSegmentException e) {
      throw e.at("Segment " + segment + " of " + storage.datasetUri());
    }
  }

  @Override
  public void entries(BufferAllocator memory, Entries consumer) throws IOException {
    ValueFile.read(
        storage,
        segment,
        PAGES,
        List.of(),
        BATCH_ROWS,
        memory,
        batch -> {
          UInt8Vector ids = (UInt8Vector) batch.getVector(ROW_IDS);
          ValueVector values = batch.getVector(VALUES);
          for (int row = 0; row < batch.getRowCount(); row++) {
            consumer.accept(values, row, ids.get(row));
          }
        });
  }
}
