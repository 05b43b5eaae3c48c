package dev.freshet.state.planning;

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
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SegmentPlannerTest {

  private static final SegmentPolicy POLICY = new SegmentPolicy(3, 100, 10_000);

  private static final ModelReference HEIR = new ModelReference("heir", new UUID(8, 9));
  private static final ModelLineage SUCCESSION =
      new ModelLineage(List.of(MODEL, HEIR), Map.of(), Map.of("heir", Set.of(MODEL.id())));

  private static SegmentPlanner.Planned plan(ManifestVersion manifest, SealedShard... sealed) {
    return plan(manifest, ModelLineage.none(), sealed);
  }

  private static SegmentPlanner.Planned plan(
      ManifestVersion manifest, ModelLineage lineage, SealedShard... sealed) {
    return SegmentPlanner.plan(
        List.of(sealed),
        manifest,
        POLICY,
        List.of(),
        models(manifest),
        lineage,
        Recoding.any(),
        uuids());
  }

  /** All of one model. */
  private static Map<UUID, Optional<ModelReference>> models(ManifestVersion manifest) {
    Map<UUID, Optional<ModelReference>> models = new HashMap<>();
    manifest.index().segments().forEach(segment -> models.put(segment.uuid(), Optional.of(MODEL)));
    return models;
  }

  @Test
  void anIndexOfOneSegmentAbsorbsWhateverItHas() {
    ManifestVersion manifest =
        manifest(2, fragments(10, 9_000, 9_000, 10), segment(1, 0), segment(2, 1), segment(3, 2));
    for (SealedShard[] sealed :
        List.of(new SealedShard[] {shard(5, 1, whole(3, 10))}, new SealedShard[0])) {
      SegmentPlanner.Planned planned =
          SegmentPlanner.plan(
              List.of(sealed),
              manifest,
              SegmentPolicy.ONE,
              List.of(),
              models(manifest),
              ModelLineage.none(),
              Recoding.any(),
              uuids());
      assertThat(planned.plans()).hasSize(1);
      assertThat(planned.plans().get(0).absorbed()).hasSize(3);
      assertThat(planned.plans().get(0).shards()).containsExactly(sealed);
    }
  }

  @Test
  void oneShardIsPublishedAsItIs() {
    SegmentPlanner.Planned planned =
        plan(manifest(2, fragments(10, 10)), shard(5, 1, whole(0, 10), whole(1, 10)));
    assertThat(planned.plans()).hasSize(1);
    assertThat(planned.plans().get(0).uuid()).isEqualTo(new UUID(2, 5));
    assertThat(planned.plans().get(0).coverage()).isEqualTo(Coverage.of(0, 1));
  }

  @Test
  void shardsOfOneModelBecomeOneSegment() {
    SealedShard other =
        new SealedShard(
            "1-9",
            1,
            Optional.of(new ModelReference("other", new UUID(8, 8))),
            List.of(whole(2, 10)),
            shard(9, 1, whole(2, 10)).segments(),
            shard(9, 1, whole(2, 10)).rows(),
            10);
    SegmentPlanner.Planned planned =
        plan(
            manifest(2, fragments(10, 10, 10)),
            shard(5, 1, whole(0, 10)),
            other,
            shard(6, 1, whole(1, 10)));
    assertThat(planned.plans())
        .extracting(SegmentPlan::coverage)
        .containsExactly(Coverage.of(0, 1), Coverage.of(2));
    assertThat(planned.plans().get(0).uuid()).isEqualTo(new UUID(3, 0));
  }

  /** Together they are of what their models have grown to; alone a shard is published as it is. */
  @Test
  void shardsOfModelsThatGrewToOneBecomeOneSegment() {
    ModelReference grown = new ModelReference("grown", new UUID(8, 8));
    ModelLineage lineage =
        new ModelLineage(List.of(MODEL, grown), Map.of("grown", Set.of(MODEL.id())), Map.of());
    SealedShard old = shard(5, 1, whole(0, 10));
    SealedShard fresh = inModel(grown, shard(6, 1, whole(1, 10)));
    ManifestVersion manifest = manifest(2, fragments(10, 10));

    SegmentPlan together = plan(manifest, lineage, old, fresh).plans().get(0);
    assertThat(together.coverage()).isEqualTo(Coverage.of(0, 1));
    assertThat(together.model()).contains(grown);
    SegmentPlan alone = plan(manifest, lineage, old).plans().get(0);
    assertThat(alone.uuid()).isEqualTo(old.segments().get(0));
    assertThat(alone.model()).contains(MODEL);
  }

  /** The model may grow while the parts of a large fragment are handed out. */
  @Test
  void partsOfAFragmentMayBeOfModelsThatGrewToOne() {
    ModelReference grown = new ModelReference("grown", new UUID(8, 8));
    ModelLineage lineage =
        new ModelLineage(List.of(MODEL, grown), Map.of("grown", Set.of(MODEL.id())), Map.of());
    SealedShard head = shard(5, 1, new RowRange(0, 0, 6, 10));
    SealedShard tail = inModel(grown, shard(6, 1, new RowRange(0, 6, 4, 10)));
    ManifestVersion manifest = manifest(2, fragments(10));

    assertThat(plan(manifest, lineage, tail, head).plans())
        .singleElement()
        .satisfies(
            plan -> {
              assertThat(plan.shards()).containsExactly(head, tail);
              assertThat(plan.model()).contains(grown);
            });
    assertThat(plan(manifest, ModelLineage.none(), tail, head).plans()).isEmpty();
  }

  private static SealedShard inModel(ModelReference model, SealedShard shard) {
    return new SealedShard(
        shard.shard(),
        shard.version(),
        Optional.of(model),
        shard.ranges(),
        shard.segments(),
        shard.rows(),
        shard.bytes());
  }

  /** Once another model has its place, no more parts of a fragment come by the first. */
  @Test
  void partsOfAFragmentMayBeOfAModelAndWhatTookItsPlace() {
    SealedShard head = shard(5, 1, new RowRange(0, 0, 6, 10));
    SealedShard tail = inModel(HEIR, shard(6, 1, new RowRange(0, 6, 4, 10)));
    ManifestVersion manifest = manifest(2, fragments(10));

    assertThat(plan(manifest, SUCCESSION, tail, head).plans())
        .singleElement()
        .satisfies(
            plan -> {
              assertThat(plan.shards()).containsExactly(head, tail);
              assertThat(plan.model()).contains(HEIR);
            });
  }

  /** Apart from what is new, which is published even if they cannot be read. */
  @Test
  void segmentsOfAFormerModelAreEncodedAgain() {
    ManifestVersion manifest =
        manifest(2, fragments(10, 20, 30, 40, 50), segment(1, 0), segment(2, 1), segment(3, 2));
    List<SegmentPlan> plans =
        plan(
                manifest,
                SUCCESSION,
                shard(5, 1, whole(3, 40)),
                inModel(HEIR, shard(6, 1, whole(4, 50))))
            .plans();
    assertThat(plans)
        .extracting(SegmentPlan::coverage)
        .containsExactlyInAnyOrder(Coverage.of(3), Coverage.of(4), Coverage.of(0, 1, 2));
    assertThat(plans)
        .filteredOn(plan -> plan.shards().isEmpty())
        .singleElement()
        .satisfies(
            plan -> {
              assertThat(plan.model()).contains(HEIR);
              assertThat(plan.absorbed()).isEqualTo(manifest.index().segments());
            });
  }

  @Test
  void segmentsAreEncodedAgainOnePlanAfterTheOther() {
    ManifestVersion manifest =
        manifest(2, fragments(10, 3000, 3000, 10), segment(1, 0), segment(2, 1), segment(3, 2, 3));
    Map<UUID, Optional<ModelReference>> models = models(manifest);
    List<SegmentPlan> first =
        SegmentPlanner.plan(
                List.of(), manifest, POLICY, List.of(), models, SUCCESSION, Recoding.any(), uuids())
            .plans();
    assertThat(first)
        .singleElement()
        .extracting(SegmentPlan::coverage)
        .isEqualTo(Coverage.of(0, 1));
    assertThat(
            SegmentPlanner.plan(
                    List.of(), manifest, POLICY, first, models, SUCCESSION, Recoding.any(), uuids())
                .plans())
        .isEmpty();
  }

  /** What was tried in vain, and what is too large, does not keep others from it. */
  @Test
  void segmentsThatRestOrAreTooLargeArePassedOver() {
    ManifestVersion manifest =
        manifest(
            2,
            fragments(10, 500, 20, 30),
            segment(1, 0),
            segment(2, 1),
            segment(3, 2),
            segment(4, 3));
    Recoding recoding = new Recoding(100, Set.of(segment(1, 0).uuid()));
    assertThat(
            SegmentPlanner.plan(
                    List.of(),
                    manifest,
                    POLICY,
                    List.of(),
                    models(manifest),
                    SUCCESSION,
                    recoding,
                    uuids())
                .plans())
        .singleElement()
        .extracting(SegmentPlan::coverage)
        .isEqualTo(Coverage.of(2, 3));
  }

  /** As it is encoded again whole, nothing else is planned with it. */
  @Test
  void aFragmentOfAModelAndWhatTookItsPlaceIsPlannedAlone() {
    SealedShard head = shard(5, 1, new RowRange(0, 0, 6, 10));
    SealedShard tail = inModel(HEIR, shard(6, 1, new RowRange(0, 6, 4, 10)));
    SealedShard other = inModel(HEIR, shard(7, 1, whole(1, 10)));
    assertThat(plan(manifest(2, fragments(10, 10)), SUCCESSION, head, tail, other).plans())
        .extracting(SegmentPlan::coverage)
        .containsExactlyInAnyOrder(Coverage.of(0), Coverage.of(1));
  }

  @Test
  void aSegmentOfDeletedFragmentsIsNotEncodedAgain() {
    ManifestVersion manifest = manifest(2, fragments(10), segment(1, 7));
    assertThat(plan(manifest, SUCCESSION).plans()).isEmpty();
  }

  @Test
  void shardsOfCoveredGoneOrOverwrittenFragmentsAreDropped() {
    ManifestVersion manifest =
        manifest(2, List.of(new Fragment(0, 10, 0), new Fragment(3, 10, 0, 77)), segment(1, 0));
    SealedShard[] sealed = {
      shard(5, 1, whole(0, 10)), shard(6, 1, whole(1, 10)), shard(7, 1, whole(3, 10))
    };
    SegmentPlanner.Planned planned = plan(manifest, sealed);
    assertThat(planned.plans()).isEmpty();
    assertThat(planned.dropped()).containsExactly(sealed);
  }

  @Test
  void whatAnUnpublishedPlanClaimsIsNotPlannedAgain() {
    ManifestVersion manifest = manifest(2, fragments(10, 10));
    SegmentPlan unpublished = plan(manifest, shard(5, 1, whole(0, 10))).plans().get(0);
    SealedShard again = shard(6, 2, whole(0, 10));
    SegmentPlanner.Planned planned =
        SegmentPlanner.plan(
            List.of(again),
            manifest,
            POLICY,
            List.of(unpublished),
            Map.of(),
            ModelLineage.none(),
            Recoding.any(),
            uuids());
    assertThat(planned.plans()).isEmpty();
    assertThat(planned.dropped()).containsExactly(again);
  }

  @Test
  void ofARepeatedHandOutTheNewerStays() {
    SealedShard old = shard(5, 1, whole(0, 10), whole(1, 10));
    SealedShard repeated = shard(6, 2, whole(1, 10), whole(2, 10));
    SegmentPlanner.Planned planned = plan(manifest(3, fragments(10, 10, 10)), old, repeated);
    assertThat(planned.plans().get(0).shards()).containsExactly(repeated);
    assertThat(planned.dropped()).containsExactly(old);
  }

  @Test
  void partsWaitForEachOther() {
    ManifestVersion manifest = manifest(2, fragments(100));
    SealedShard first = shard(5, 1, new RowRange(0, 0, 50, 100));
    SealedShard second = shard(6, 1, new RowRange(0, 50, 50, 100));
    assertThat(plan(manifest, second).waiting()).containsExactly(second);
    assertThat(plan(manifest, second, first).plans().get(0).shards())
        .containsExactly(first, second);
  }

  @Test
  void partsOfDifferentVersionsDoNotFit() {
    SealedShard first = shard(5, 1, new RowRange(0, 0, 50, 100));
    SealedShard second = shard(6, 2, new RowRange(0, 50, 50, 100));
    SegmentPlanner.Planned planned = plan(manifest(3, fragments(100)), first, second);
    assertThat(planned.plans()).isEmpty();
    assertThat(planned.waiting()).containsExactly(second);
    assertThat(planned.dropped()).containsExactly(first);
  }

  @Test
  void aPartOfOverwrittenRowsDoesNotVoidTheNewOnes() {
    SealedShard old = shard(5, 1, new RowRange(0, 0, 50, 100));
    SealedShard current = shard(6, 2, new RowRange(0, 0, 10, 10, 77));
    ManifestVersion manifest = manifest(3, List.of(new Fragment(0, 10, 0, 77)));
    SegmentPlanner.Planned planned = plan(manifest, old, current);
    assertThat(planned.plans().get(0).shards()).containsExactly(current);
    assertThat(planned.dropped()).containsExactly(old);
  }

  @Test
  void partsThatWereCutDifferentlyAreTiled() {
    SealedShard half = shard(5, 1, new RowRange(0, 0, 50, 100));
    SealedShard third = shard(6, 1, new RowRange(0, 0, 30, 100));
    SealedShard rest = shard(7, 1, new RowRange(0, 30, 30, 100), new RowRange(0, 60, 40, 100));
    SegmentPlanner.Planned planned = plan(manifest(2, fragments(100)), half, third, rest);
    assertThat(planned.plans().get(0).shards()).containsExactly(third, rest);
    assertThat(planned.dropped()).containsExactly(half);
  }

  @Test
  void aFullTierIsAbsorbedWithoutWhatHasLeft() {
    CommittedSegment half = segment(2, 1, 50);
    ManifestVersion manifest = manifest(2, fragments(10, 10, 10), segment(1, 0), half);
    SegmentPlan plan = plan(manifest, shard(5, 1, whole(2, 10))).plans().get(0);
    assertThat(plan.absorbed()).containsExactly(segment(1, 0), half);
    assertThat(plan.coverage()).isEqualTo(Coverage.of(0, 1, 2));
    assertThat(plan.kept(half)).isEqualTo(Coverage.of(1));
    assertThat(plan.rows()).isEqualTo(30);
  }

  @Test
  void segmentsOfUnknownModelsAndLargerTiersAreLeftAlone() {
    ManifestVersion manifest =
        manifest(2, fragments(10, 200, 10, 10), segment(1, 0), segment(2, 1), segment(3, 2));
    SegmentPlan plan =
        SegmentPlanner.plan(
                List.of(shard(5, 1, whole(3, 10))),
                manifest,
                POLICY,
                List.of(),
                Map.of(new UUID(1, 1), Optional.of(MODEL), new UUID(1, 2), Optional.of(MODEL)),
                ModelLineage.none(),
                Recoding.any(),
                uuids())
            .plans()
            .get(0);
    assertThat(plan.absorbed()).isEmpty();
  }

  @Test
  void anOverfullTierIsMergedWithoutAnythingNew() {
    ManifestVersion manifest =
        manifest(2, fragments(10, 10, 10), segment(1, 0), segment(2, 1), segment(3, 2));
    List<SegmentPlan> plans = plan(manifest).plans();
    assertThat(plans).hasSize(1);
    assertThat(plans.get(0).shards()).isEmpty();
    assertThat(plans.get(0).coverage()).isEqualTo(Coverage.of(0, 1, 2));
  }

  /**
   * Appends only: each row is written once by its flush and about once for each tier that it
   * climbs; below the floor more often, and there it is cheap.
   */
  @Test
  void writeAmplificationIsAboutTheNumberOfTiers() {
    SegmentPolicy policy = new SegmentPolicy(8, 50_000, 8_000_000);
    Supplier<UUID> uuids = uuids();
    List<Fragment> fragments = new ArrayList<>();
    List<CommittedSegment> segments = new ArrayList<>();
    long written = 0;
    int flushes = 1_000;
    for (int flush = 0; flush < flushes; flush++) {
      fragments.add(new Fragment(flush, 20_000, 0));
      ManifestVersion manifest =
          manifest(flush + 1, fragments, segments.toArray(CommittedSegment[]::new));
      Map<UUID, Optional<ModelReference>> models = new HashMap<>();
      segments.forEach(segment -> models.put(segment.uuid(), Optional.of(MODEL)));
      SealedShard sealed = shard(flush, 1, whole(flush, 20_000));
      for (SegmentPlan plan :
          SegmentPlanner.plan(
                  List.of(sealed),
                  manifest,
                  policy,
                  List.of(),
                  models,
                  ModelLineage.none(),
                  Recoding.any(),
                  uuids)
              .plans()) {
        written += plan.rows();
        segments.removeAll(plan.absorbed());
        segments.add(new CommittedSegment(plan.uuid(), plan.coverage()));
      }
      assertThat((long) segments.size())
          .as("after flush %s", flush)
          .isLessThanOrEqualTo(policy.maxSegments(manifest.liveRows()));
    }
    double amplification = (double) written / (flushes * 20_000L);
    System.out.printf(
        "%d flushes of 20000 rows: %d segments, write amplification %.2f%n",
        flushes, segments.size(), amplification);
    assertThat(amplification).isBetween(1.0, 4.0);
  }
}
