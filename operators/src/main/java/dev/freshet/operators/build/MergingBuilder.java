package dev.freshet.operators.build;

import dev.freshet.operators.lance.DatasetHandle;
import dev.freshet.operators.lance.DatasetVersions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.publish.Publication;
import dev.freshet.operators.train.ModelStore;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.vector.format.IndexDetails;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentSummary;
import dev.freshet.vector.merge.SegmentMerger;
import dev.freshet.vector.merge.SegmentMerger.Input;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/**
 * Freshet's own: merges sealed shards and absorbed segments partition by partition.
 *
 * <p>A plan that is one whole shard is that shard's segment already. Memory: what {@link
 * SegmentMerger} says, whatever the size of the segments.
 */
final class MergingBuilder implements SegmentBuilder {

  private static final long ARROW_BYTES = 64L << 20;

  private final IndexStorage storage;
  private final DatasetVersions versions;
  private final ModelStore models;

  MergingBuilder(StreamOptions options, IndexStorage storage) {
    this.storage = storage;
    this.versions = new DatasetVersions(options.location(), ARROW_BYTES);
    this.models = ModelStore.of(options, storage, versions);
  }

  @Override
  public Publication.Segment build(SegmentPlan plan) throws IOException {
    IvfModel model = models.load(plan.model());
    long shardBytes = plan.shards().stream().mapToLong(SealedShard::bytes).sum();
    if (isWholeShard(plan)) {
      return segment(new BuiltSegment(plan, plan.rows(), shardBytes), model);
    }
    SegmentPlan target = plan.at(SegmentBuilder.unused(storage, plan.uuid()));
    SegmentSummary merged = SegmentMerger.merge(storage, inputs(target), target.uuid(), model);
    return segment(new BuiltSegment(target, merged.rows(), shardBytes + merged.bytes()), model);
  }

  private static Publication.Segment segment(BuiltSegment built, IvfModel model) {
    return new Publication.Segment(built, IndexDetails.encode(model));
  }

  private static boolean isWholeShard(SegmentPlan plan) {
    return plan.absorbed().isEmpty()
        && plan.shards().size() == 1
        && plan.shards().get(0).isWholeIn(plan.uuid());
  }

  /**
   * Absorbed segments give the rows of those fragments only that the plan keeps of them. A row id
   * holds its fragment in the upper half, unless row ids are stable: then every row is kept, and
   * Lance masks what is not live.
   */
  private List<Input> inputs(SegmentPlan plan) {
    boolean stable = !plan.absorbed().isEmpty() && stableRowIds();
    Stream<Input> absorbed =
        plan.absorbed().stream()
            .map(
                segment ->
                    stable
                        ? Input.all(segment.uuid())
                        : new Input(segment.uuid(), rowsOf(plan.kept(segment))));
    Stream<Input> shards =
        plan.shards().stream().flatMap(shard -> shard.segments().stream()).map(Input::all);
    return Stream.concat(absorbed, shards).toList();
  }

  private static LongPredicate rowsOf(Coverage kept) {
    BitSet fragments = new BitSet();
    kept.stream().forEach(fragments::set);
    return row -> fragments.get((int) (row >>> Integer.SIZE));
  }

  private boolean stableRowIds() {
    try (DatasetHandle dataset = versions.latest()) {
      return dataset.stableRowIds();
    }
  }

  @Override
  public void close() {
    versions.close();
  }
}
