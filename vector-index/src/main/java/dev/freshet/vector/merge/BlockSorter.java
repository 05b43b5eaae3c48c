package dev.freshet.vector.merge;

import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentSummary;
import dev.freshet.vector.format.SegmentWriter;
import dev.freshet.vector.quantizer.EncodedBlock;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * Writes encoded blocks as one segment, sorted by partition with a stable counting sort. Memory:
 * the blocks, 8 bytes a row for the order, and a bounded batch.
 */
public final class BlockSorter {
  private static final int BATCH_ROWS = 4096;

  private final IvfModel model;
  private final List<EncodedBlock> blocks;

  private BlockSorter(IvfModel model, List<EncodedBlock> blocks) {
    this.model = model;
    this.blocks = blocks;
  }

  /**
   * Writes the blocks' rows as one segment; within a partition they keep the order of the blocks.
   *
   * @throws IllegalArgumentException if a block does not fit the model
   */
  public static SegmentSummary write(
      IndexStorage storage, UUID segment, IvfModel model, List<EncodedBlock> blocks)
      throws IOException {
    try (SegmentWriter writer = SegmentWriter.createInBackground(storage, segment, model)) {
      new BlockSorter(model, blocks).writeTo(writer);
      return writer.finish();
    }
  }

  private void writeTo(SegmentWriter writer) throws IOException {
    int[] ends = partitionEnds();
    long[] order = order(ends);
    int codeBytes = model.codeBytes();
    long[] rowIds = new long[BATCH_ROWS];
    byte[] codes = new byte[Math.multiplyExact(BATCH_ROWS, codeBytes)];
    int next = 0;
    for (int partition = 0; partition < ends.length; partition++) {
      while (next < ends[partition]) {
        int rows = Math.min(BATCH_ROWS, ends[partition] - next);
        for (int i = 0; i < rows; i++) {
          EncodedBlock block = blocks.get((int) (order[next + i] >>> Integer.SIZE));
          int row = (int) order[next + i];
          rowIds[i] = block.rowIds()[row];
          System.arraycopy(block.codes(), row * codeBytes, codes, i * codeBytes, codeBytes);
        }
        writer.append(partition, rowIds, codes, 0, rows);
        next += rows;
      }
    }
  }

  /** Where each partition ends in the sorted rows. */
  private int[] partitionEnds() {
    int[] ends = new int[model.partitions()];
    for (EncodedBlock block : blocks) {
      check(block);
      for (int partition : block.partitions()) {
        ends[partition]++;
      }
    }
    for (int partition = 1; partition < ends.length; partition++) {
      ends[partition] = Math.addExact(ends[partition], ends[partition - 1]);
    }
    return ends;
  }

  /** The rows in the order of their partitions: number of the block << 32 | row in the block. */
  private long[] order(int[] ends) {
    long[] order = new long[ends[ends.length - 1]];
    int[] next = new int[ends.length];
    System.arraycopy(ends, 0, next, 1, ends.length - 1);
    for (int b = 0; b < blocks.size(); b++) {
      int[] partitions = blocks.get(b).partitions();
      for (int row = 0; row < partitions.length; row++) {
        order[next[partitions[row]]++] = ((long) b << Integer.SIZE) | row;
      }
    }
    return order;
  }

  private void check(EncodedBlock block) {
    if (block.codes().length != (long) block.rows() * model.codeBytes()) {
      throw new IllegalArgumentException(
          "A block of " + block.rows() + " rows has codes of another size than the model's");
    }
    for (int partition : block.partitions()) {
      if (partition < 0 || partition >= model.partitions()) {
        throw new IllegalArgumentException(
            "Partition " + partition + " where the model has " + model.partitions());
      }
    }
  }
}
