package dev.freshet.operators.assign;

import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.train.ModelStore;
import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.operators.wire.EncodedPart.Spill;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import dev.freshet.vector.format.SegmentSummary;
import dev.freshet.vector.merge.BlockSorter;
import dev.freshet.vector.quantizer.EncodedBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Ends a shard: its encoded rows become unpublished segments, sorted by partition; one, unless some
 * of them were spilled before.
 *
 * <p>Memory: the rows that are not spilled, bounded by {@code shard.bytes}, and what the sorter
 * adds.
 */
public final class ShardSealer {

  private final StreamOptions options;
  private final ModelStore models;

  public ShardSealer(StreamOptions options, ModelStore models) {
    this.options = options;
    this.models = models;
  }

  /**
   * The part as it is kept until its shard is sealed. A large one goes to a segment at once: there
   * it is sorted and written once, where keyed state would serialize, flush, upload and read it
   * back first. But every segment carries the model, so a part smaller than that stays.
   */
  EncodedPart spillIfLarge(ModelReference model, EncodedPart part) throws IOException {
    long bytes = part.blockBytes();
    if (bytes < options.shardSpill().getBytes() || bytes < models.load(model).bytes()) {
      return part;
    }
    return part.in(write(model, part.blocks()));
  }

  /** The sealed shard; empty if nothing of it could be read. */
  public Optional<SealedShard> seal(AssignTask last, List<EncodedPart> parts) throws IOException {
    List<RowRange> ranges = parts.stream().flatMap(part -> part.ranges().stream()).toList();
    if (ranges.isEmpty()) {
      return Optional.empty();
    }
    RowCounts counts =
        parts.stream().map(EncodedPart::counts).reduce(RowCounts.ZERO, RowCounts::plus);
    List<Spill> segments = segments(last.model(), parts);
    return Optional.of(
        new SealedShard(
            last.task().shard(),
            last.task().version(),
            last.model(),
            ranges,
            segments.stream().map(Spill::segment).toList(),
            counts,
            segments.stream().mapToLong(Spill::bytes).sum()));
  }

  private List<Spill> segments(ModelReference model, List<EncodedPart> parts) throws IOException {
    if (options.index().type().builder() == IndexType.Builder.LANCE) {
      return List.of();
    }
    List<Spill> segments = new ArrayList<>();
    parts.forEach(part -> segments.addAll(part.spilled()));
    List<EncodedBlock> blocks = parts.stream().flatMap(part -> part.blocks().stream()).toList();
    if (!blocks.isEmpty() || segments.isEmpty()) {
      segments.add(write(model, blocks));
    }
    return segments;
  }

  private Spill write(ModelReference model, List<EncodedBlock> blocks) throws IOException {
    SegmentSummary segment =
        BlockSorter.write(models.storage(), UUID.randomUUID(), models.load(model), blocks);
    return new Spill(segment.segment(), segment.bytes());
  }
}
