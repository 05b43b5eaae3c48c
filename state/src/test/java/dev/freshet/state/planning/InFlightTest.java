package dev.freshet.state.planning;

import static dev.freshet.state.planning.Samples.fragments;
import static dev.freshet.state.planning.Samples.manifest;
import static dev.freshet.state.planning.Samples.segment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.ManifestVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class InFlightTest {

  private static final Duration STALL = Duration.ofSeconds(60);
  private static final ShardPolicy POLICY =
      new ShardPolicy(20, 10, 1_000, 0, IndexKind.Builder.FRESHET);

  /** Two shards of fragments 0-1 and 2-3, handed out at second 0. */
  private static InFlight pairs() {
    return handOut(InFlight.none(), manifest(1, fragments(10, 10, 10, 10)), 0);
  }

  private static InFlight handOut(InFlight inFlight, ManifestVersion manifest, long second) {
    return inFlight.handOut(ShardPlanner.plan(manifest, inFlight, POLICY, second), at(second));
  }

  private static Instant at(long second) {
    return Instant.ofEpochSecond(second);
  }

  @Test
  void aCoveredShardLeaves() {
    ManifestVersion manifest = manifest(2, fragments(10, 10, 10, 10), segment(1, 0, 1));
    InFlight inFlight = pairs().reconcile(manifest, at(1), STALL);
    assertThat(inFlight.fragments()).isEqualTo(Coverage.of(2, 3));
    assertThat(inFlight.rows()).isEqualTo(20);
  }

  @Test
  void oneFragmentThatLeavesVoidsItsShard() {
    ManifestVersion manifest = manifest(2, fragments(10, 10, 10));
    assertThat(pairs().reconcile(manifest, at(1), STALL).fragments()).isEqualTo(Coverage.of(0, 1));
  }

  @Test
  void anOverwrittenFragmentVoidsItsShard() {
    ManifestVersion manifest =
        manifest(
            2,
            List.of(
                new Fragment(0, 10, 0),
                new Fragment(1, 10, 0, 77),
                new Fragment(2, 10, 0),
                new Fragment(3, 10, 0)));
    assertThat(pairs().reconcile(manifest, at(1), STALL).fragments()).isEqualTo(Coverage.of(2, 3));
  }

  @Test
  void shardsOfASplitFragmentLeaveTogether() {
    InFlight inFlight = handOut(InFlight.none(), manifest(1, fragments(60, 10)), 0);
    assertThat(inFlight.shards()).hasSize(4);
    ManifestVersion manifest = manifest(2, List.of(new Fragment(1, 10, 0)));
    assertThat(inFlight.reconcile(manifest, at(1), STALL).fragments()).isEqualTo(Coverage.of(1));
  }

  @Test
  void aStallDropsEverything() {
    ManifestVersion manifest = manifest(1, fragments(10, 10, 10, 10));
    assertThat(pairs().reconcile(manifest, at(59), STALL)).isEqualTo(pairs());
    assertThat(pairs().reconcile(manifest, at(60), STALL)).isEqualTo(InFlight.none());
    assertThat(pairs().resumed(at(100)).reconcile(manifest, at(120), STALL).shards()).hasSize(2);
  }

  @Test
  void progressAheadRestartsTheClock() {
    ManifestVersion progress = manifest(2, fragments(10, 10, 10, 10), segment(1, 0, 1));
    InFlight inFlight = pairs().reconcile(progress, at(50), STALL);
    assertThat(inFlight.reconcile(progress, at(100), STALL).fragments())
        .isEqualTo(Coverage.of(2, 3));
    assertThat(inFlight.reconcile(progress, at(110), STALL)).isEqualTo(InFlight.none());
  }

  @Test
  void progressOfLaterShardsDoesNotHideALostOne() {
    InFlight inFlight = handOut(pairs(), manifest(2, fragments(10, 10, 10, 10, 10)), 30);
    ManifestVersion later = manifest(3, fragments(10, 10, 10, 10, 10), segment(1, 4));
    InFlight reconciled = inFlight.reconcile(later, at(50), STALL);
    assertThat(reconciled.fragments()).isEqualTo(Coverage.of(0, 1, 2, 3));
    assertThat(reconciled.reconcile(later, at(60), STALL)).isEqualTo(InFlight.none());
  }
}
