package dev.freshet.state.planning;

import static dev.freshet.state.planning.Samples.MODEL;
import static dev.freshet.state.planning.Samples.fragments;
import static dev.freshet.state.planning.Samples.manifest;
import static dev.freshet.state.planning.Samples.segment;
import static dev.freshet.state.planning.Samples.shard;
import static dev.freshet.state.planning.Samples.uuids;
import static dev.freshet.state.planning.Samples.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PublishDecisionTest {

  private static final CommittedSegment OLD = segment(1, 0, 1);
  private static final SealedShard TWO = shard(5, 1, whole(2, 10));
  private static final SealedShard THREE = shard(6, 1, whole(3, 10));
  private static final ManifestVersion PLANNED = manifest(1, fragments(10, 10, 10, 10), OLD);
  private static final SegmentPlan PLAN =
      SegmentPlan.of(Optional.of(MODEL), List.of(TWO, THREE), List.of(OLD), PLANNED, uuids());

  private static PublishDecision decide(ManifestVersion manifest) {
    return PublishDecision.of(PLAN, manifest, () -> new UUID(4, 4));
  }

  private static SegmentPlan replan(ManifestVersion manifest) {
    PublishDecision decision = decide(manifest);
    assertThat(decision).isInstanceOf(PublishDecision.Replan.class);
    return ((PublishDecision.Replan) decision).plan();
  }

  @Test
  void aPlanThatIsStillTrueIsPublished() {
    ManifestVersion manifest = manifest(2, fragments(10, 10, 10, 10, 10), OLD);
    assertThat(decide(manifest)).isEqualTo(new PublishDecision.Publish(List.of(OLD)));
  }

  @Test
  void aReplayFindsItsUuid() {
    ManifestVersion manifest =
        manifest(2, fragments(10, 10, 10, 10), new CommittedSegment(PLAN.uuid(), PLAN.coverage()));
    assertThat(decide(manifest)).isEqualTo(new PublishDecision.AlreadyPublished());
  }

  /** Lance would have taken the fragment off the coverage, had it been rewritten afterwards. */
  @Test
  void aReplayOverAFragmentThatWasRewrittenMeanwhileIsTakenBack() {
    List<Fragment> fragments = new ArrayList<>(fragments(10, 10, 10, 10));
    fragments.set(2, new Fragment(2, 10, 0, 77));
    CommittedSegment committed = new CommittedSegment(PLAN.uuid(), PLAN.coverage());
    assertThat(decide(manifest(2, fragments, committed)))
        .isEqualTo(new PublishDecision.Withdraw(Coverage.of(2)));
    CommittedSegment without = new CommittedSegment(PLAN.uuid(), Coverage.of(0, 1, 3));
    assertThat(decide(manifest(3, fragments, without)))
        .isEqualTo(new PublishDecision.AlreadyPublished());
  }

  @Test
  void aShardOfAGoneFragmentIsLeftOut() {
    SegmentPlan plan = replan(manifest(2, fragments(10, 10, 10), OLD));
    assertThat(plan.uuid()).isEqualTo(new UUID(4, 4));
    assertThat(plan.shards()).containsExactly(TWO);
    assertThat(plan.absorbed()).containsExactly(OLD);
    assertThat(plan.coverage()).isEqualTo(Coverage.of(0, 1, 2));
  }

  @Test
  void aShardThatOthersCoveredIsLeftOut() {
    SegmentPlan plan = replan(manifest(2, fragments(10, 10, 10, 10), OLD, segment(2, 2)));
    assertThat(plan.shards()).containsExactly(THREE);
  }

  @Test
  void aShardOfAnOverwrittenFragmentIsLeftOut() {
    List<Fragment> fragments =
        List.of(
            new Fragment(0, 10, 0),
            new Fragment(1, 10, 0),
            new Fragment(2, 10, 0, 77),
            new Fragment(3, 10, 0));
    assertThat(replan(manifest(2, fragments, OLD)).shards()).containsExactly(THREE);
  }

  @Test
  void anAbsorbedSegmentThatChangedIsLeftOut() {
    SegmentPlan plan = replan(manifest(2, fragments(10, 10, 10, 10), segment(1, 0)));
    assertThat(plan.absorbed()).isEmpty();
    assertThat(plan.coverage()).isEqualTo(Coverage.of(2, 3));
  }

  @Test
  void anAbsorbedFragmentThatLeftIsBuiltAgainWithoutIt() {
    List<Fragment> fragments =
        List.of(new Fragment(1, 10, 0), new Fragment(2, 10, 0), new Fragment(3, 10, 0));
    SegmentPlan plan = replan(manifest(2, fragments, OLD));
    assertThat(plan.absorbed()).containsExactly(OLD);
    assertThat(plan.coverage()).isEqualTo(Coverage.of(1, 2, 3));
  }

  @Test
  void aLastShardIsPublishedAsItIs() {
    SegmentPlan plan = replan(manifest(2, fragments(10, 10, 10)));
    assertThat(plan.uuid()).isEqualTo(TWO.segments().get(0));
  }

  @Test
  void aPlanWithNothingNewIsDropped() {
    PublishDecision decision = decide(manifest(2, List.of(new Fragment(3, 10, 0)), segment(2, 3)));
    assertThat(decision)
        .isEqualTo(
            new PublishDecision.Drop(
                "Nothing new is left in segment "
                    + PLAN.uuid()
                    + " at version 2: of [0-3] fragments [0-2] are gone and [3] are covered; others"
                    + " may have been overwritten"));
  }

  @Test
  void aPlanNamesEachFragmentOnceAndOneModel() {
    assertThatThrownBy(
            () ->
                SegmentPlan.of(
                    Optional.of(MODEL), List.of(TWO), List.of(segment(1, 2)), PLANNED, uuids()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has fragments [2] twice");
    assertThatThrownBy(
            () ->
                new SegmentPlan(
                    new UUID(0, 0),
                    Optional.of(MODEL),
                    List.of(TWO),
                    List.of(),
                    Coverage.of(2, 3),
                    1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("names coverage [2-3] but its shards cover [2]");
  }

  @Test
  void anUnpublishedPlanIsRememberedWhileItMayBePublished() {
    UnpublishedPlans plans = UnpublishedPlans.none().add(List.of(PLAN), Instant.EPOCH);
    Duration timeout = Duration.ofSeconds(60);
    Instant soon = Instant.ofEpochSecond(59);
    assertThat(plans.reconcile(PLANNED, soon, timeout)).isEqualTo(plans);
    assertThat(plans.reconcile(manifest(2, fragments(10, 10, 10)), soon, timeout))
        .as("the sink replans the rest")
        .isEqualTo(plans);
    assertThat(plans.reconcile(manifest(2, fragments(10, 10)), soon, timeout))
        .isEqualTo(UnpublishedPlans.none());
    assertThat(plans.reconcile(PLANNED, Instant.ofEpochSecond(60), timeout))
        .isEqualTo(UnpublishedPlans.none());
    assertThat(plans.resumed(soon).reconcile(PLANNED, Instant.ofEpochSecond(100), timeout).plans())
        .containsExactly(PLAN);
  }
}
