package dev.freshet.operators.assemble;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.operators.assign.RangeEncoder;
import dev.freshet.operators.assign.ShardSealer;
import dev.freshet.operators.discover.ShardSizing;
import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.train.ModelStore;
import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.ShardTask;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.planning.InFlight;
import dev.freshet.state.planning.Shard;
import dev.freshet.state.planning.ShardPlanner;
import dev.freshet.vector.format.IndexStorage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Builds a plan's segment from its fragments alone, without any of the plan's inputs: for a segment
 * that was found wrong. Memory: a shard at a time, then what the merge takes.
 */
public final class SegmentRebuilder {

  private final StreamOptions options;
  private final SegmentBuilder builder;
  private final RangeEncoder encoder;
  private final ShardSealer sealer;

  public SegmentRebuilder(
      StreamOptions options,
      IndexStorage storage,
      DatasetVersions versions,
      SegmentBuilder builder,
      DeadLetters deadLetters,
      EncodingMetrics metrics) {
    this.options = options;
    this.builder = builder;
    Optional<ModelStore> models = ModelStore.find(options, storage, versions);
    this.encoder = RangeEncoder.of(options, versions, models, deadLetters, metrics);
    this.sealer = new ShardSealer(options, models);
  }

  /**
   * The same plan's segment, built anew under a fresh uuid from the version that is open.
   *
   * @throws UnreadableInputException if a fragment cannot be read
   * @throws FileNotFoundException if no fragment is left
   */
  public UnpublishedSegment rebuild(DatasetHandle dataset, SegmentPlan plan) throws IOException {
    ManifestVersion fragments = fragmentsOf(dataset, plan);
    if (fragments.live().isEmpty()) {
      throw new FileNotFoundException(
          "Fragments " + plan.coverage() + " of " + options.dataset() + " have left the table");
    }
    List<SealedShard> shards = new ArrayList<>();
    int width = ShardSizing.width(dataset, options.index());
    for (Shard shard :
        ShardPlanner.plan(fragments, InFlight.none(), ShardSizing.unbounded(options, width), 0)) {
      shards.add(encode(shard, plan));
    }
    SegmentPlan anew = SegmentPlan.of(plan.model(), shards, List.of(), fragments, UUID::randomUUID);
    UnpublishedSegment built = builder.build(dataset, anew);
    return new UnpublishedSegment(
        new BuiltSegment(plan.at(built.uuid()), built.built().rows(), built.built().bytesWritten()),
        built.details());
  }

  /** The manifest as if it held the plan's fragments alone, and none were indexed. */
  private ManifestVersion fragmentsOf(DatasetHandle dataset, SegmentPlan plan) {
    ManifestVersion manifest = ManifestReader.read(dataset, options.index().name());
    List<Fragment> covered =
        manifest.fragments().stream()
            .filter(fragment -> plan.coverage().contains(fragment.id()))
            .toList();
    return new ManifestVersion(
        manifest.version(),
        manifest.committedAt(),
        covered,
        new LogicalIndex(options.index().name(), List.of()));
  }

  private SealedShard encode(Shard shard, SegmentPlan plan) throws IOException {
    List<EncodedPart> parts = new ArrayList<>();
    List<ShardTask> tasks = shard.tasks();
    for (ShardTask task : tasks) {
      parts.add(encoder.encode(new AssignTask(task, plan.model())));
    }
    AssignTask last = new AssignTask(tasks.get(tasks.size() - 1), plan.model());
    return sealer
        .seal(last, parts)
        .filter(done -> done.fragments().equals(shard.fragments()))
        .orElseThrow(
            () ->
                new UnreadableInputException(
                    "Fragments "
                        + shard.fragments()
                        + " of "
                        + options.dataset()
                        + " cannot be read, so their segment cannot be rebuilt"));
  }
}
