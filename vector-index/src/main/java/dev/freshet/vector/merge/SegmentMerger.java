package dev.freshet.vector.merge;

import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.PartitionCursor;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.format.SegmentSummary;
import dev.freshet.vector.format.SegmentWriter;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongPredicate;

/**
 * Merges segments of one model, or of models that it has grown from, into one: partition by
 * partition, a streaming concatenation. Inputs may be merged or remapped segments, by Freshet or by
 * Lance. Memory: one {@link PartitionCursor} for each input, and one writer.
 */
public final class SegmentMerger {
  private static final int READERS = 2;

  private SegmentMerger() {}

  /**
   * A segment to merge.
   *
   * @param keepRow whether to carry over the row of that id
   */
  public record Input(UUID segment, LongPredicate keepRow) {

    /** All rows of a segment. */
    public static Input all(UUID segment) {
      return new Input(segment, row -> true);
    }
  }

  /**
   * Writes the rows of the inputs as one segment; within a partition they keep the inputs' order.
   *
   * @throws DifferentModelsException if an input has a model that this one has not grown from
   */
  public static SegmentSummary merge(
      IndexStorage storage, List<Input> inputs, UUID output, IvfModel model) throws IOException {
    ExecutorService readers =
        Executors.newFixedThreadPool(READERS, task -> new Thread(task, "freshet-segment-reader"));
    try {
      return merge(storage, inputs, output, model, readers);
    } finally {
      readers.shutdownNow();
    }
  }

  private static SegmentSummary merge(
      IndexStorage storage, List<Input> inputs, UUID output, IvfModel model, Executor readers)
      throws IOException {
    List<PartitionCursor> cursors = new ArrayList<>();
    for (Input input : inputs) {
      PartitionCursor cursor = open(storage, input.segment(), model, readers);
      cursor.next();
      cursors.add(cursor);
    }
    try (SegmentWriter writer = SegmentWriter.createInBackground(storage, output, model)) {
      for (int partition = 0; partition < model.partitions(); partition++) {
        for (int i = 0; i < inputs.size(); i++) {
          appendPartition(cursors.get(i), partition, inputs.get(i).keepRow(), writer);
        }
      }
      return writer.finish();
    }
  }

  private static PartitionCursor open(
      IndexStorage storage, UUID input, IvfModel model, Executor readers) throws IOException {
    SegmentReader reader = SegmentReader.open(storage, input);
    if (!model.hasGrownFrom(reader.model())) {
      throw new DifferentModelsException(input, reader.model(), model);
    }
    return reader.cursor(readers);
  }

  private static void appendPartition(
      PartitionCursor cursor, int partition, LongPredicate keepRow, SegmentWriter writer)
      throws IOException {
    while (cursor.partition() == partition) {
      appendKept(cursor, keepRow, writer);
      if (!cursor.next()) {
        return;
      }
    }
  }

  /** Appends each run of rows that are kept: one run in the common case, and no copy. */
  private static void appendKept(
      PartitionCursor cursor, LongPredicate keepRow, SegmentWriter writer) throws IOException {
    long[] rowIds = cursor.rowIds();
    int rows = cursor.rows();
    int from = 0;
    for (int row = 0; row <= rows; row++) {
      if (row == rows || !keepRow.test(rowIds[row])) {
        writer.append(cursor.partition(), rowIds, cursor.codes(), from, row - from);
        from = row + 1;
      }
    }
  }
}
