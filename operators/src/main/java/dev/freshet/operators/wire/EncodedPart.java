package dev.freshet.operators.wire;

import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.vector.quantizer.EncodedBlock;
import java.util.List;
import java.util.UUID;

/**
 * What one task of a shard left behind: the partial shard is the set of its parts.
 *
 * @param ranges the rows that were read; a fragment that could not be read is left out
 * @param blocks encoded rows in the order of the ranges; none where Lance builds the segments
 * @param spilled the unpublished segments that hold encoded rows instead
 */
public record EncodedPart(
    List<RowRange> ranges, RowCounts counts, List<EncodedBlock> blocks, List<Spill> spilled) {

  /** Encoded rows in a segment directory. */
  public record Spill(UUID segment, long bytes) {}

  public EncodedPart {
    ranges = List.copyOf(ranges);
    blocks = List.copyOf(blocks);
    spilled = List.copyOf(spilled);
  }

  /** A part whose rows are in memory. */
  public static EncodedPart of(List<RowRange> ranges, RowCounts counts, List<EncodedBlock> blocks) {
    return new EncodedPart(ranges, counts, blocks, List.of());
  }

  /** The same part, its rows in a segment. */
  public EncodedPart in(Spill spill) {
    return new EncodedPart(ranges, counts, List.of(), List.of(spill));
  }

  /** Bytes of the rows in memory. */
  public long blockBytes() {
    return blocks.stream()
        .mapToLong(
            block -> block.codes().length + (long) block.rows() * (Long.BYTES + Integer.BYTES))
        .sum();
  }
}
