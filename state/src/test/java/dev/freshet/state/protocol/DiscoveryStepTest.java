package dev.freshet.state.protocol;

import static dev.freshet.state.planning.Samples.manifest;
import static dev.freshet.state.planning.Samples.segment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.planning.CompactionPace;
import dev.freshet.state.planning.ShardPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of compactions that other writers are faster than. */
class DiscoveryStepTest {

  private static final int FRAGMENTS = CompactionPace.MAX_FRAGMENTS;
  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

  private final DiscoveryStep step =
      new DiscoveryStep(Duration.ofMinutes(10), OpenWork.nothing(), NOW);

  @Test
  void aLostCompactionIsHandedOutAgainAtOnceOverFewerFragments() {
    assertThat(compactions(whole(1))).hasSize(1);
    assertThat(compactions(whole(2))).as("it is under way").isEmpty();
    assertThat(compactions(changed(3, 0)))
        .extracting(one -> one.fragments().size())
        .containsExactly(FRAGMENTS / 2);
  }

  @Test
  void theyBecomeNoSmallerThanTheLeast() {
    int times = 20;
    for (int version = 1; version <= times; version++) {
      compactions(changed(version, version));
    }
    assertThat(compactions(changed(times + 1, times + 1)))
        .extracting(one -> one.fragments().size())
        .containsExactly(CompactionPace.MIN_FRAGMENTS);
  }

  @Test
  void theyBecomeLargerAgainOnceOneWins() {
    compactions(whole(1));
    assertThat(compactions(changed(2, 0)).get(0).fragments().size()).isEqualTo(FRAGMENTS / 2);
    ManifestVersion compacted =
        manifest(3, List.of(new Fragment(FRAGMENTS, 100, 0)), segment(1, FRAGMENTS));
    advance(step, compacted, Optional.empty(), NOW);
    assertThat(compactions(whole(4)).get(0).fragments().size()).isEqualTo(FRAGMENTS);
  }

  @Test
  void whatBeganBeforeARestartIsWaitedFor() {
    compactions(whole(1));
    DiscoveryStep restarted = new DiscoveryStep(Duration.ofMinutes(10), step.state(), NOW);
    ManifestVersion changed = changed(2, 0);
    assertThat(advance(restarted, changed, NOW).compactions()).isEmpty();
    assertThat(advance(restarted, changed, NOW.plus(Duration.ofMinutes(10))).compactions())
        .isNotEmpty();
  }

  @Test
  void whatStallsIsHandedOutAgainThoughTheVersionHasNotChanged() {
    ManifestVersion uncovered = manifest(1, List.of(new Fragment(0, 100, 0)));
    assertThat(shards(uncovered, NOW)).isOne();
    assertThat(shards(uncovered, NOW.plusSeconds(1))).isZero();
    assertThat(shards(uncovered, NOW.plus(Duration.ofMinutes(10)))).as("it has stalled").isOne();
  }

  private int shards(ManifestVersion manifest, Instant now) {
    Optional<ShardPolicy> sizing = Optional.of(ShardPolicy.defaults(IndexType.IVF_PQ));
    return step.advance(manifest, sizing, List.of(), now).shards().size();
  }

  private List<CompactionGroup> compactions(ManifestVersion manifest) {
    return advance(step, manifest, NOW).compactions();
  }

  private static DiscoveryStep.Found advance(
      DiscoveryStep step, ManifestVersion manifest, Instant now) {
    CompactionGroup all = new CompactionGroup(manifest.version(), manifest.live(), 1_000_000);
    return advance(step, manifest, Optional.of(all), now);
  }

  private static DiscoveryStep.Found advance(
      DiscoveryStep step,
      ManifestVersion manifest,
      Optional<CompactionGroup> proposed,
      Instant now) {
    Optional<ShardPolicy> sizing = Optional.of(ShardPolicy.defaults(IndexType.IVF_PQ));
    return step.advance(manifest, sizing, proposed.stream().toList(), now);
  }

  private static ManifestVersion whole(long version) {
    return changed(version, -1);
  }

  /** A version in which a row of each eighth fragment, from that one on, is deleted. */
  private static ManifestVersion changed(long version, int first) {
    List<Fragment> fragments = new ArrayList<>();
    for (int id = 0; id < FRAGMENTS; id++) {
      boolean deleted = first >= 0 && id % CompactionPace.MIN_FRAGMENTS == 0;
      fragments.add(new Fragment(id, 100, deleted ? 1 + first : 0));
    }
    return manifest(version, fragments, segment(1, IntStream.range(0, FRAGMENTS).toArray()));
  }
}
