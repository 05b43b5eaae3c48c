package dev.freshet.state.planning;

import static dev.freshet.state.planning.Samples.fragments;
import static dev.freshet.state.planning.Samples.manifest;
import static dev.freshet.state.planning.Samples.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.ShardTask;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardPlannerTest {

  private static final ShardPolicy POLICY =
      new ShardPolicy(100, 40, 1_000, 0, IndexKind.Builder.FRESHET);

  private static List<Shard> plan(ManifestVersion manifest, ShardPolicy policy) {
    return ShardPlanner.plan(manifest, InFlight.none(), policy, 7);
  }

  @Test
  void smallNeighboursShareAShard() {
    List<Shard> shards = plan(manifest(3, fragments(30, 30, 40, 50, 60)), POLICY);
    assertThat(shards).extracting(Shard::id).containsExactly("3-7", "3-8", "3-9");
    assertThat(shards)
        .extracting(Shard::fragments)
        .containsExactly(Coverage.of(0, 1, 2), Coverage.of(3), Coverage.of(4));
  }

  @Test
  void tasksAreCutAcrossFragments() {
    List<Shard> shards = plan(manifest(3, fragments(30, 30, 40)), POLICY);
    assertThat(shards.get(0).tasks())
        .extracting(ShardTask::ranges)
        .containsExactly(
            List.of(new RowRange(0, 0, 30, 30), new RowRange(1, 0, 10, 30)),
            List.of(new RowRange(1, 10, 20, 30), new RowRange(2, 0, 20, 40)),
            List.of(new RowRange(2, 20, 20, 40)));
  }

  @Test
  void aLargeFragmentIsSplitIntoEqualShards() {
    assertThat(plan(manifest(3, fragments(150)), POLICY)).hasSize(1);
    List<Shard> shards = plan(manifest(3, fragments(151)), POLICY);
    assertThat(shards).extracting(Shard::rows).containsExactly(75L, 76L);
    assertThat(shards.get(1).tasks().get(1).ranges())
        .containsExactly(new RowRange(0, 115, 36, 151));
    assertThat(plan(manifest(3, fragments(330)), POLICY))
        .extracting(Shard::rows)
        .containsExactly(110L, 110L, 110L);
  }

  @Test
  void aFragmentWithoutLiveRowsIsHandedOut() {
    ManifestVersion manifest =
        manifest(3, List.of(new Fragment(0, 10, 10), new Fragment(1, 5, 0, 77)));
    assertThat(plan(manifest, POLICY).get(0).tasks().get(0).ranges())
        .containsExactly(new RowRange(0, 0, 0, 0), new RowRange(1, 0, 5, 5, 77));
  }

  @Test
  void coveredFragmentsAndThoseInFlightAreLeftOut() {
    ManifestVersion before = manifest(3, fragments(10, 10));
    InFlight inFlight = InFlight.none().handOut(plan(before, POLICY), Instant.EPOCH);
    ManifestVersion manifest = manifest(4, fragments(10, 10, 10, 10), segment(1, 2));
    assertThat(ShardPlanner.plan(manifest, inFlight, POLICY, 9))
        .extracting(Shard::fragments)
        .containsExactly(Coverage.of(3));
  }

  @Test
  void rowsInFlightAreBoundedAndASplitFragmentIsNotHalfHandedOut() {
    ShardPolicy tight = new ShardPolicy(100, 40, 250, 0, IndexKind.Builder.FRESHET);
    assertThat(plan(manifest(3, fragments(100, 400, 10)), tight))
        .as("the large one waits, and nothing overtakes it")
        .extracting(Shard::fragments)
        .containsExactly(Coverage.of(0));
    assertThat(plan(manifest(3, fragments(400, 10)), tight))
        .as("when nothing is in flight it goes, whole")
        .hasSize(4);
  }

  @Test
  void lanceGetsWholeFragmentsInOneTask() {
    ShardPolicy policy = new ShardPolicy(100, 40, 1_000, 0, IndexKind.Builder.LANCE);
    List<Shard> shards = plan(manifest(3, fragments(60, 40, 400)), policy);
    assertThat(shards).extracting(shard -> shard.tasks().size()).containsExactly(1, 1);
    assertThat(shards.get(1).tasks().get(0).ranges()).containsExactly(new RowRange(2, 0, 400, 400));
  }

  @Test
  void aPolicyNeedsRows() {
    assertThatThrownBy(() -> new ShardPolicy(0, 1, 1, 0, IndexKind.Builder.FRESHET))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1 row");
  }
}
