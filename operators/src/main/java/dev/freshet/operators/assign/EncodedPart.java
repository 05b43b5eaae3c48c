package dev.freshet.operators.assign;

import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.vector.quantizer.EncodedBlock;
import java.util.List;

/**
 * What one task of a shard left behind: the partial shard is the set of its parts.
 *
 * @param ranges the rows that were read; a fragment that could not be read is left out
 * @param blocks encoded rows in the order of the ranges; none where Lance builds the segments
 */
public record EncodedPart(List<RowRange> ranges, RowCounts counts, List<EncodedBlock> blocks) {

  public EncodedPart {
    ranges = List.copyOf(ranges);
    blocks = List.copyOf(blocks);
  }
}
