package dev.freshet.state.protocol;

import static dev.freshet.state.planning.Samples.MODEL;
import static dev.freshet.state.planning.Samples.fragments;
import static dev.freshet.state.planning.Samples.manifest;
import static dev.freshet.state.planning.Samples.segment;
import static dev.freshet.state.planning.Samples.shard;
import static dev.freshet.state.planning.Samples.uuids;
import static dev.freshet.state.planning.Samples.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.planning.ModelLineage;
import dev.freshet.state.planning.Recoding;
import dev.freshet.state.planning.SegmentPolicy;
import dev.freshet.state.planning.UnpublishedPlans;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PlanningStepTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
  private static final Duration STALL = Duration.ofMinutes(10);

  private final PlanningStep step =
      new PlanningStep(new SegmentPolicy(2, 100, 10_000), STALL, uuids());

  /** Three segments of ten rows and a shard: more than a tier may have, so they are merged. */
  private final ManifestVersion manifest =
      manifest(2, fragments(10, 10, 10, 10, 10), segment(1, 0), segment(2, 1), segment(3, 2));

  @Test
  void whatAPlanAbsorbsIsNotPlannedAgainBeforeItIsPublished() {
    PlanningStep.Result first = plan(UnpublishedPlans.none(), NOW, shard(5, 1, whole(3, 10)));
    assertThat(absorbed(first)).isNotEmpty();
    PlanningStep.Result second =
        plan(first.unpublished(), NOW.plusSeconds(1), shard(6, 1, whole(4, 10)));
    assertThat(absorbed(second)).doesNotContainAnyElementsOf(absorbed(first));
  }

  @Test
  void aPlanThatIsNeverPublishedIsForgotten() {
    PlanningStep.Result first = plan(UnpublishedPlans.none(), NOW, shard(5, 1, whole(3, 10)));
    PlanningStep.Result later =
        plan(first.unpublished(), NOW.plus(STALL), shard(6, 1, whole(4, 10)));
    assertThat(absorbed(later)).containsAll(absorbed(first));
    assertThat(later.unpublished().plans()).containsExactlyElementsOf(later.planned().plans());
  }

  private PlanningStep.Result plan(UnpublishedPlans earlier, Instant now, SealedShard sealed) {
    Map<UUID, Optional<ModelReference>> models = new HashMap<>();
    manifest.index().segments().forEach(one -> models.put(one.uuid(), Optional.of(MODEL)));
    return step.plan(
        List.of(sealed), earlier, manifest, models, ModelLineage.none(), Recoding.any(), now);
  }

  private static List<Coverage> absorbed(PlanningStep.Result result) {
    return result.planned().plans().stream()
        .map(SegmentPlan::absorbed)
        .flatMap(List::stream)
        .map(CommittedSegment::coverage)
        .toList();
  }
}
