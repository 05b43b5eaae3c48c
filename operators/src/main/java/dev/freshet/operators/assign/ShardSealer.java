package dev.freshet.operators.assign;

import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.train.ModelStore;
import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.operators.wire.EncodedPart.Spill;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import dev.freshet.vector.format.SegmentSummary;
import dev.freshet.vector.merge.BlockSorter;
import dev.freshet.vector.quantizer.EncodedBlock;
import dev.freshet.vector.quantizer.IvfModel;
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
  private final Optional<ModelStore> models;

  /**
   * @param models none for an index without vectors
   */
  public ShardSealer(StreamOptions options, Optional<ModelStore> models) {
    this.options = options;
    this.models = models;
  }

  /**
   * The part as it is kept until its shard is sealed. A large one goes to a segment at once: there
   * it is sorted and written once, where keyed state would serialize, flush, upload and read it
   * back first. But every segment carries the model, so a part smaller than that stays.
   */
  EncodedPart spillIfLarge(AssignTask task, EncodedPart part) throws IOException {
    long bytes = part.blockBytes();
    return bytes < options.shardSpill().getBytes() || bytes < model(task).bytes()
        ? part
        : part.in(write(task, part.blocks()));
  }

  /** The sealed shard; empty if nothing of it could be read. */
  public Optional<SealedShard> seal(AssignTask last, List<EncodedPart> parts) throws IOException {
    List<RowRange> ranges = parts.stream().flatMap(part -> part.ranges().stream()).toList();
    if (ranges.isEmpty()) {
      return Optional.empty();
    }
    RowCounts counts =
        parts.stream().map(EncodedPart::counts).reduce(RowCounts.ZERO, RowCounts::plus);
    List<Spill> segments = segments(last, parts);
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

  private List<Spill> segments(AssignTask last, List<EncodedPart> parts) throws IOException {
    if (options.index().type().builder() == IndexType.Builder.LANCE) {
      return List.of();
    }
    List<Spill> segments = new ArrayList<>();
    parts.forEach(part -> segments.addAll(part.spilled()));
    List<EncodedBlock> blocks = parts.stream().flatMap(part -> part.blocks().stream()).toList();
    if (!blocks.isEmpty() || segments.isEmpty()) {
      segments.add(write(last, blocks));
    }
    return segments;
  }

  private IvfModel model(AssignTask task) throws IOException {
    return models.orElseThrow().load(task.model().orElseThrow());
  }

  private Spill write(AssignTask task, List<EncodedBlock> blocks) throws IOException {
    SegmentSummary segment =
        BlockSorter.write(models.orElseThrow().storage(), UUID.randomUUID(), model(task), blocks);
    return new Spill(segment.segment(), segment.bytes());
  }
}
