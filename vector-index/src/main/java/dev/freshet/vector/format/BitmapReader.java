package dev.freshet.vector.format;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Reads a segment that keeps the row ids of each value as a bitmap, as BITMAP and LABEL_LIST do:
 * Lance keeps the values, null among them, beside the bitmaps in one file. Lists that are null have
 * a bitmap of their own, as one of the file's global buffers.
 */
public final class BitmapReader implements ScalarSegment {

  private static final String FILE = "bitmap_page_lookup.lance";
  private static final String VALUES = "keys";
  private static final String BITMAPS = "bitmaps";
  private static final String BINARY = "binary";
  private static final String NULL_LISTS = "lance:label_list_nulls";
  private static final String NO_BUFFER = "0"; // it holds the schema

  /** Few, as the bitmap of a value is large if most rows have it. */
  private static final int BATCH_ROWS = 64;

  private final IndexStorage storage;
  private final UUID segment;
  private final Optional<byte[]> nullLists;

  private BitmapReader(IndexStorage storage, UUID segment) throws IOException {
    this.storage = storage;
    this.segment = segment;
    LanceFile file = LanceFile.open(storage, segment, FILE);
    file.schema().indexOf(BITMAPS, BINARY);
    String buffer = file.schema().metadata().getOrDefault(NULL_LISTS, NO_BUFFER);
    this.nullLists =
        buffer.equals(NO_BUFFER)
            ? Optional.empty()
            : Optional.of(file.globalBuffer(Integer.parseInt(buffer)));
  }

  static BitmapReader open(IndexStorage storage, UUID segment) throws IOException {
    try {
      return new BitmapReader(storage, segment);
    } catch (CorruptSegmentException e) {
      throw e.at(name(storage, segment));
    } catch (IllegalArgumentException e) {
      throw new CorruptSegmentException(name(storage, segment) + ": " + e.getMessage(), e);
    } catch (FileNotFoundException e) {
      if (storage.size(segment) == 0) {
        throw e;
      }
      throw new UnsupportedSegmentException(
          "Segment " + segment, "is in parts that nobody has put together");
    }
  }

  private static String name(IndexStorage storage, UUID segment) {
    return "Segment " + segment + " of " + storage.datasetUri();
  }

  @Override
  public void rowIds(LongConsumer consumer) throws IOException {
    try (BufferAllocator memory = new RootAllocator()) {
      read(memory, List.of(BITMAPS), (batch, row, id) -> consumer.accept(id));
    }
    nullLists(consumer);
  }

  /** Lists that are null are not among them. */
  @Override
  public void entries(BufferAllocator memory, Entries consumer) throws IOException {
    read(
        memory,
        List.of(),
        (batch, row, id) -> {
          ValueVector values = batch.getVector(VALUES);
          consumer.accept(values, row, id);
        });
  }

  /** Feeds the ids of the rows whose list is null; none of an index over other values. */
  public void nullLists(LongConsumer consumer) throws IOException {
    if (nullLists.isPresent()) {
      forEach(ByteBuffer.wrap(nullLists.get()), consumer);
    }
  }

  /** Takes the id of a row that has the value in a row of the batch. */
  @FunctionalInterface
  private interface Ids {
    void accept(VectorSchemaRoot batch, int row, long id);
  }

  private void read(BufferAllocator memory, List<String> columns, Ids consumer) throws IOException {
    ValueFile.read(
        storage,
        segment,
        FILE,
        columns,
        BATCH_ROWS,
        memory,
        batch -> {
          VarBinaryVector bitmaps = (VarBinaryVector) batch.getVector(BITMAPS);
          for (int row = 0; row < batch.getRowCount(); row++) {
            int at = row;
            forEach(ByteBuffer.wrap(bitmaps.get(row)), id -> consumer.accept(batch, at, id));
          }
        });
  }

  private void forEach(ByteBuffer bitmap, LongConsumer consumer) throws CorruptSegmentException {
    try {
      RowIdBitmap.forEach(bitmap, consumer);
    } catch (CorruptSegmentException e) {
      throw e.at(name(storage, segment));
    }
  }
}
