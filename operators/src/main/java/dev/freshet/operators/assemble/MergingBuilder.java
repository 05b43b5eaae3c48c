package dev.freshet.operators.assemble;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.read.LiveRows;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.train.ModelStore;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.vector.format.IndexDetails;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentSummary;
import dev.freshet.vector.merge.SegmentMerger;
import dev.freshet.vector.merge.SegmentMerger.Input;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Freshet's own: merges sealed shards and absorbed segments partition by partition.
 *
 * <p>A plan that is one whole shard is that shard's segment already. Memory: what {@link
 * SegmentMerger} says, whatever the size of the segments.
 */
final class MergingBuilder implements SegmentBuilder {

  private final IndexStorage storage;
  private final DatasetVersions versions;
  private final ModelStore models;

  MergingBuilder(StreamOptions options, IndexStorage storage) {
    this.storage = storage;
    this.versions = new DatasetVersions(options.location(), ArrowBudget.MANIFEST);
    this.models = ModelStore.of(options, storage, versions);
  }

  @Override
  public UnpublishedSegment build(SegmentPlan plan) throws IOException {
    if (isWholeShard(plan)) {
      return whole(plan);
    }
    try (DatasetHandle dataset = versions.latest()) {
      return build(dataset, plan);
    }
  }

  @Override
  public UnpublishedSegment build(DatasetHandle dataset, SegmentPlan plan) throws IOException {
    if (isWholeShard(plan)) {
      return whole(plan);
    }
    IvfModel model = models.load(plan.model().orElseThrow());
    SegmentPlan target = plan.at(SegmentBuilder.unused(storage, plan.uuid()));
    SegmentSummary merged =
        SegmentMerger.merge(storage, inputs(dataset, target), target.uuid(), model);
    return segment(
        new BuiltSegment(target, merged.rows(), shardBytes(plan) + merged.bytes()), model);
  }

  private UnpublishedSegment whole(SegmentPlan plan) throws IOException {
    return segment(
        new BuiltSegment(plan, plan.rows(), shardBytes(plan)),
        models.load(plan.model().orElseThrow()));
  }

  private static long shardBytes(SegmentPlan plan) {
    return plan.shards().stream().mapToLong(SealedShard::bytes).sum();
  }

  private static UnpublishedSegment segment(BuiltSegment built, IvfModel model) {
    return new UnpublishedSegment(built, IndexDetails.encode(model));
  }

  private static boolean isWholeShard(SegmentPlan plan) {
    return plan.absorbed().isEmpty()
        && plan.shards().size() == 1
        && plan.shards().get(0).isWholeIn(plan.uuid());
  }

  /**
   * Each input gives the entries of rows that are live in its own fragments, as two of them may
   * hold the same stable row id. Entries of a fresh shard are as they should be if row ids are
   * addresses.
   */
  private static List<Input> inputs(DatasetHandle dataset, SegmentPlan plan) throws IOException {
    List<Input> inputs = new ArrayList<>();
    Coverage live = ManifestReader.live(dataset);
    for (CommittedSegment absorbed : plan.absorbed()) {
      Coverage kept = plan.kept(absorbed).intersect(live);
      inputs.add(new Input(absorbed.uuid(), LiveRows.of(dataset, kept)));
    }
    for (SealedShard shard : plan.shards()) {
      LongPredicate keep =
          dataset.stableRowIds()
              ? LiveRows.of(dataset, shard.fragments().intersect(live))
              : row -> true;
      shard.segments().forEach(segment -> inputs.add(new Input(segment, keep)));
    }
    return inputs;
  }

  @Override
  public void close() {
    versions.close();
  }
}
