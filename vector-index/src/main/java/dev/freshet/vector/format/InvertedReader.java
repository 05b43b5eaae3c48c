package dev.freshet.vector.format;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.UInt8Vector;

/**
 * Reads the row ids of an INVERTED segment: Lance keeps the ids of the rows whose text is not null,
 * each once, in a file for each of the partitions that another file names.
 */
public final class InvertedReader implements IndexedRows {

  private static final String METADATA = "metadata.lance";
  private static final String PARTITIONS = "partitions";
  private static final String PARAMETERS = "params";

  /** A list of words in Lance's JSON. */
  private static final Pattern OWN_STOP_WORDS =
      Pattern.compile("\"custom_stop_words\"\\s*:\\s*\\[");

  private static final String DOCUMENTS = "docs.lance";
  private static final List<String> OTHER_PARTS = List.of("tokens.lance", "invert.lance");
  private static final String ROW_ID = "_rowid";
  private static final String ROW_ID_TYPE = "uint64";
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final int BATCH_ROWS = 1 << 14;

  private final IndexStorage storage;
  private final UUID segment;

  /** Names of the files of row ids. */
  private final List<String> documents;

  private InvertedReader(IndexStorage storage, UUID segment) throws IOException {
    this.storage = storage;
    this.segment = segment;
    this.documents = new ArrayList<>();
    FileSchema metadata = LanceFile.open(storage, segment, METADATA).schema();
    if (OWN_STOP_WORDS.matcher(metadata.metadata().getOrDefault(PARAMETERS, "")).find()) {
      throw new UnsupportedSegmentException(
          "Segment " + segment, "leaves out words of a list of its own, which no index tells");
    }
    Matcher partitions = NUMBER.matcher(metadata.metadata(PARTITIONS));
    while (partitions.find()) {
      documents.add(openPartition("part_" + partitions.group() + "_"));
    }
  }

  /** Opens all files of a partition, as Lance's reader must not meet a malformed one first. */
  private String openPartition(String prefix) throws IOException {
    try {
      for (String part : OTHER_PARTS) {
        LanceFile.open(storage, segment, prefix + part);
      }
      String name = prefix + DOCUMENTS;
      LanceFile.open(storage, segment, name).schema().indexOf(ROW_ID, ROW_ID_TYPE);
      return name;
    } catch (FileNotFoundException e) {
      throw new CorruptSegmentException("a file of partition " + prefix + " is missing", e);
    }
  }

  /**
   * Opens a segment.
   *
   * @throws CorruptSegmentException if a file is malformed or of an unknown layout, or one is
   *     missing
   * @throws UnsupportedSegmentException if it is in parts that nobody has put together, or its
   *     parameters are more than the manifest tells
   * @throws FileNotFoundException if there is none
   */
  static InvertedReader open(IndexStorage storage, UUID segment) throws IOException {
    try {
      return new InvertedReader(storage, segment);
    } catch (CorruptSegmentException e) {
      throw e.at("Segment " + segment + " of " + storage.datasetUri());
    } catch (FileNotFoundException e) {
      if (storage.size(segment) == 0) {
        throw e;
      }
      throw new UnsupportedSegmentException(
          "Segment " + segment, "is in parts that nobody has put together");
    }
  }

  @Override
  public void rowIds(LongConsumer consumer) throws IOException {
    try (BufferAllocator memory = new RootAllocator()) {
      for (String name : documents) {
        ValueFile.read(
            storage,
            segment,
            name,
            List.of(), // Lance takes a column of this name for none of the file's
            BATCH_ROWS,
            memory,
            batch -> {
              UInt8Vector ids = (UInt8Vector) batch.getVector(ROW_ID);
              for (int row = 0; row < batch.getRowCount(); row++) {
                consumer.accept(ids.get(row));
              }
            });
      }
    }
  }
}
