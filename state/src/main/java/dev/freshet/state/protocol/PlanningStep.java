package dev.freshet.state.protocol;

import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.planning.ModelLineage;
import dev.freshet.state.planning.Recoding;
import dev.freshet.state.planning.SegmentPlanner;
import dev.freshet.state.planning.SegmentPlanner.Planned;
import dev.freshet.state.planning.SegmentPolicy;
import dev.freshet.state.planning.UnpublishedPlans;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Plans the segments that a window's shards become.
 *
 * @param stallTimeout after so long a plan that was not published is forgotten
 * @param uuids names for new segments
 */
public record PlanningStep(SegmentPolicy policy, Duration stallTimeout, Supplier<UUID> uuids) {

  /** The plans, and all that are not published yet. */
  public record Result(Planned planned, UnpublishedPlans unpublished) {}

  /**
   * Plans against a version of the table.
   *
   * @param earlier the plans that were not published when this was last done
   * @param models of committed segments, by uuid; one that is missing is not absorbed
   * @param lineage of those models and of the shards'
   * @param recoding bounds what is encoded again
   */
  public Result plan(
      List<SealedShard> sealed,
      UnpublishedPlans earlier,
      ManifestVersion manifest,
      Map<UUID, Optional<ModelReference>> models,
      ModelLineage lineage,
      Recoding recoding,
      Instant now) {
    UnpublishedPlans open = earlier.reconcile(manifest, now, stallTimeout);
    Planned planned =
        SegmentPlanner.plan(
            sealed, manifest, policy, open.plans(), models, lineage, recoding, uuids);
    return new Result(planned, open.add(planned.plans(), now));
  }
}
