package dev.freshet.operators.assign;

import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.train.ModelStore;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import dev.freshet.vector.format.SegmentSummary;
import dev.freshet.vector.merge.BlockSorter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Ends a shard: its parts become one unpublished segment, sorted by partition.
 *
 * <p>Memory: the shard's encoded rows, bounded by {@code shard.bytes}, and what the sorter adds.
 */
public final class ShardSealer {

  private final StreamOptions options;
  private final ModelStore models;

  public ShardSealer(StreamOptions options, ModelStore models) {
    this.options = options;
    this.models = models;
  }

  /** The sealed shard; empty if nothing of it could be read. */
  public Optional<SealedShard> seal(AssignTask last, List<EncodedPart> parts) throws IOException {
    List<RowRange> ranges = parts.stream().flatMap(part -> part.ranges().stream()).toList();
    if (ranges.isEmpty()) {
      return Optional.empty();
    }
    RowCounts counts =
        parts.stream().map(EncodedPart::counts).reduce(RowCounts.ZERO, RowCounts::plus);
    Optional<SegmentSummary> segment = write(last, parts);
    return Optional.of(
        new SealedShard(
            last.task().shard(),
            last.task().version(),
            last.model(),
            ranges,
            segment.map(SegmentSummary::segment),
            counts,
            segment.map(SegmentSummary::bytes).orElse(0L)));
  }

  private Optional<SegmentSummary> write(AssignTask last, List<EncodedPart> parts)
      throws IOException {
    if (options.index().type().builder() == IndexType.Builder.LANCE) {
      return Optional.empty();
    }
    return Optional.of(
        BlockSorter.write(
            options.indexStorage(),
            UUID.randomUUID(),
            models.load(last.model()),
            parts.stream().flatMap(part -> part.blocks().stream()).toList()));
  }
}
