package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.operators.TestOptions;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.wire.Work;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ShardTask;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DiscoveryTest {

  private static final int DIMENSION = 8;
  private static final long ROWS = 100;
  private static final Duration STALL = Duration.ofMinutes(10);
  private static final Instant COMMITTED = Instant.parse("2026-03-01T12:00:00Z");
  private static final UUID SEGMENT = new UUID(1, 1);

  /** Shards of two fragments each. */
  private final StreamOptions options =
      TestOptions.of(
          config -> {
            config.set(FreshetOptions.SHARD_ROWS, 2 * ROWS);
            config.set(FreshetOptions.STALL_TIMEOUT, STALL);
          });

  private final Instant now = Instant.now().plusSeconds(1);
  private final Discovery discovery = new Discovery(options, DiscoveryState.initial());

  @Test
  void handsOutEachUncoveredFragmentOnce() {
    discovery.advance(seen(1, 5), now);
    List<WorkSplit> splits = discovery.takePending();
    assertThat(splits).extracting(WorkSplit::splitId).containsExactly("0", "1", "2");
    assertThat(tasks(splits)).extracting(ShardTask::shard).containsExactly("1-0", "1-1", "1-2");
    assertThat(fragments(splits)).containsExactly(0, 1, 2, 3, 4);

    discovery.advance(seen(2, 5), now.plusSeconds(1));
    assertThat(discovery.takePending()).as("all in flight").isEmpty();

    discovery.advance(seen(3, 6), now.plusSeconds(2));
    List<WorkSplit> more = discovery.takePending();
    assertThat(tasks(more)).extracting(ShardTask::shard).containsExactly("3-3");
    assertThat(fragments(more)).containsExactly(5);
  }

  @Test
  void leavesCoveredFragmentsAlone() {
    discovery.advance(seen(1, 5, 0, 1, 3), now);
    assertThat(fragments(discovery.takePending())).containsExactly(2, 4);
  }

  @Test
  void hasEachNewSegmentVerifiedOnce() {
    discovery.advance(seen(1, 2, 0, 1), now);
    assertThat(discovery.takePending())
        .extracting(WorkSplit::work)
        .containsExactly(new Work.Recheck(SEGMENT));
    discovery.advance(seen(2, 2, 0, 1), now.plusSeconds(1));
    assertThat(discovery.takePending()).isEmpty();
  }

  @Test
  void handsOutAgainWhatStalled() {
    discovery.advance(seen(1, 2), now);
    discovery.takePending();
    discovery.advance(seen(1, 2), now.plus(STALL).minusMillis(1));
    assertThat(discovery.takePending()).isEmpty();
    discovery.advance(seen(1, 2), now.plus(STALL));
    assertThat(fragments(discovery.takePending())).containsExactly(0, 1);
  }

  @Test
  void waitsForRowsToTrain() {
    Observation few = new Observation(manifest(1, 2), DIMENSION, false, false, List.of());
    discovery.advance(few, now);
    assertThat(discovery.takePending()).isEmpty();
    discovery.advance(seen(2, 3), now);
    assertThat(fragments(discovery.takePending())).containsExactly(0, 1, 2);
  }

  @Test
  void handsOutACompactionOnce() {
    CompactionGroup group = new CompactionGroup(1, Coverage.of(0, 1), 1000);
    Observation proposed = seen(1, 3, 0, 1, 2).with(List.of(group));
    discovery.advance(proposed, now);
    assertThat(discovery.takePending())
        .extracting(WorkSplit::work)
        .contains(new Work.Compact(group));
    discovery.advance(proposed, now.plusSeconds(30));
    assertThat(discovery.takePending()).isEmpty();

    discovery.advance(proposed, now.plus(STALL));
    assertThat(discovery.takePending()).as("lost, so proposed again").hasSize(1);
  }

  @Test
  void forgetsACompactionWhoseFragmentsAreGone() {
    discovery.advance(
        seen(1, 3, 0, 1, 2).with(List.of(new CompactionGroup(1, Coverage.of(0, 1), 1000))), now);
    assertThat(discovery.state().open().compacting()).hasSize(1);
    ManifestVersion compacted =
        new ManifestVersion(
            2, now, List.of(new Fragment(2, ROWS, 0), new Fragment(3, 2 * ROWS, 0)), index(2, 3));
    discovery.advance(
        new Observation(compacted, DIMENSION, true, false, List.of()), now.plusSeconds(1));
    assertThat(discovery.state().open().compacting()).isEmpty();
  }

  @Test
  void compactsNothingThatIsInFlight() {
    CompactionGroup uncovered = new CompactionGroup(1, Coverage.of(1, 2), 1000);
    discovery.advance(seen(1, 3, 0, 1).with(List.of(uncovered)), now);
    assertThat(discovery.takePending()).extracting(WorkSplit::work).noneMatch(isCompaction());
  }

  @Test
  void resumesFromItsState() throws IOException {
    CompactionGroup group = new CompactionGroup(1, Coverage.of(0, 1), 1000);
    discovery.advance(seen(1, 5, 0, 1).with(List.of(group)), now);
    DiscoveryState state =
        DiscoveryFormats.STATE.fromBytes(DiscoveryFormats.STATE.toBytes(discovery.state()));
    assertThat(state).isEqualTo(discovery.state());

    Discovery resumed = new Discovery(options, state);
    assertThat(resumed.takePending())
        .as("not assigned yet: a recheck, two shards, a compaction")
        .hasSize(4);
    resumed.advance(seen(2, 6, 0, 1).with(List.of(group)), now.plusSeconds(1));
    List<WorkSplit> more = resumed.takePending();
    assertThat(more).extracting(WorkSplit::splitId).containsExactly("4", "5");
    assertThat(more.get(0).work())
        .as("what may have happened meanwhile is looked at")
        .isEqualTo(new Work.Recheck(SEGMENT));
    assertThat(tasks(more)).extracting(ShardTask::shard).containsExactly("2-2");
    assertThat(fragments(more)).containsExactly(5);
  }

  @Test
  void smallAppendsWaitForEachOtherUnlessNoMoreCome() {
    discovery.advance(seen(1, 1, 0), now);
    discovery.takePending();
    discovery.advance(seen(2, 2, 0), now.plusSeconds(1));
    assertThat(discovery.takePending()).isEmpty();
    assertThat(discovery.isWorking()).isFalse();
    discovery.advance(seen(2, 2, 0), now.plusSeconds(9));
    assertThat(fragments(discovery.takePending())).containsExactly(1);
    assertThat(discovery.isWorking()).isTrue();

    Observation last = new Observation(manifest(3, 3, 0), DIMENSION, true, true, List.of());
    discovery.advance(last, now.plusSeconds(10));
    assertThat(fragments(discovery.takePending())).containsExactly(2);
  }

  @Test
  void startsTheClocksAnewWhenItResumes() {
    Instant longAgo = Instant.now().minus(STALL.multipliedBy(10));
    discovery.advance(seen(1, 2), longAgo);
    discovery.takePending();
    Discovery resumed = new Discovery(options, discovery.state());
    resumed.advance(seen(1, 2), Instant.now());
    assertThat(resumed.takePending()).as("the shard is restored work, not lost work").isEmpty();
  }

  @Test
  void takesBackWhatItsReaderLost() {
    discovery.advance(seen(1, 3), now);
    List<WorkSplit> taken = discovery.takePending();
    assertThat(discovery.takePending()).isEmpty();
    discovery.giveBack(taken);
    assertThat(discovery.takePending()).isEqualTo(taken);
  }

  private static Predicate<Work> isCompaction() {
    return Work.Compact.class::isInstance;
  }

  private static Observation seen(long version, int fragments, int... covered) {
    return new Observation(
        manifest(version, fragments, covered), DIMENSION, true, false, List.of());
  }

  private static ManifestVersion manifest(long version, int fragments, int... covered) {
    return new ManifestVersion(
        version,
        COMMITTED,
        IntStream.range(0, fragments).mapToObj(id -> new Fragment(id, ROWS, 0)).toList(),
        index(covered));
  }

  private static LogicalIndex index(int... covered) {
    return new LogicalIndex(
        "vec_idx",
        covered.length == 0
            ? List.of()
            : List.of(new CommittedSegment(SEGMENT, Coverage.of(covered))));
  }

  private static List<ShardTask> tasks(List<WorkSplit> splits) {
    return splits.stream()
        .map(WorkSplit::work)
        .filter(Work.Index.class::isInstance)
        .map(work -> ((Work.Index) work).task())
        .toList();
  }

  private static List<Integer> fragments(List<WorkSplit> splits) {
    return tasks(splits).stream()
        .flatMap(task -> task.ranges().stream())
        .map(range -> range.fragment())
        .toList();
  }
}
