package dev.freshet.state.planning;

import static dev.freshet.state.planning.Samples.segment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.protocol.DiscoveryStep;
import dev.freshet.state.protocol.OpenWork;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LingerTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration FRESHNESS = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final ShardPolicy POLICY =
      new ShardPolicy(1_000, 1_000, 1_000_000, 500, IndexType.IVF_PQ.builder());

  private final Linger linger = new Linger(FRESHNESS, LOOK);
  private final ManifestVersion covered = manifest(0, 100);

  @Test
  void whatTheFirstLookShowsIsDue() {
    assertThat(look(manifest(0, 100, 1), 60)).isTrue();
  }

  @Test
  void theFirstSegmentIsDue() {
    look(covered, 0);
    ManifestVersion none =
        new ManifestVersion(
            2, START, List.of(new Fragment(0, 1, 0)), new LogicalIndex("i", List.of()));
    assertThat(look(none, 1)).isTrue();
  }

  @Test
  void fewRowsWaitHalfTheFreshnessUntilALeadIsKnown() {
    look(covered, 9);
    ManifestVersion appended = manifest(10, 100, 1);
    assertThat(look(appended, 10)).isFalse();
    assertThat(linger.isWaiting()).isTrue();
    assertThat(look(appended, 14)).isFalse();
    assertThat(look(appended, 15)).as("the next look would be late").isTrue();
  }

  @Test
  void fewRowsWaitAsLongAsTheLongestLeadAllows() {
    look(covered, 0);
    lead(1, 20, 22);
    lead(2, 40, 43);
    lead(3, 60, 61);
    look(manifest(90, 100), 90);
    ManifestVersion appended = manifest(100, 100, 1);
    assertThat(look(appended, 100)).isFalse();
    assertThat(look(appended, 106)).isFalse();
    assertThat(look(appended, 107)).as("3 seconds before it is late").isTrue();
  }

  @Test
  void theLeadsOfAnEarlierRunAreNotCounted() {
    InFlight earlier = inFlight(1, 100, 0);
    look(manifest(100, 100), earlier, earlier, 100);
    cover(1, earlier, 109);
    assertHalfTheFreshness();
  }

  @Test
  void theLeadsOfTheFirstLookAreNotCounted() {
    look(covered, 100);
    linger.handedOut(List.of("s1"), true);
    InFlight first = inFlight(1, 100, 100);
    look(manifest(101, 100), first, first, 101);
    cover(1, first, 109);
    assertHalfTheFreshness();
  }

  @Test
  void theLeadsOfLargeWorkAndWhatQueuesBehindItAreNotCounted() {
    look(covered, 90);
    look(covered, 100);
    linger.handedOut(List.of("s1", "s2"), true);
    InFlight both =
        new InFlight(
            Stream.of(inFlight(1, 450, 100), inFlight(2, 50, 100))
                .flatMap(one -> one.shards().stream())
                .toList());
    look(manifest(101, 100), both, both, 101);
    cover(2, both, 109);
    assertHalfTheFreshness();
  }

  private void assertHalfTheFreshness() {
    look(manifest(129, 100), 129);
    ManifestVersion appended = manifest(130, 100, 1);
    assertThat(look(appended, 134)).isFalse();
    assertThat(look(appended, 135)).isTrue();
  }

  /** Its companion in the shard was rewritten, say, so that the shard is void. */
  @Test
  void whatComesBackFromFlightIsDue() {
    look(covered, 9);
    look(covered, 10);
    InFlight flight = inFlight(1, 100, 10);
    ManifestVersion open = manifest(11, 100, 100);
    assertThat(look(open, flight, flight, 11)).isFalse();
    assertThat(look(open, flight, InFlight.none(), 12)).isTrue();
  }

  @Test
  void enoughRowsWaitAQuarterAndAFullShardNotAtAll() {
    look(covered, 9);
    ManifestVersion worth = manifest(10, 100, 500);
    assertThat(look(worth, 10)).isFalse();
    assertThat(look(worth, 11)).isFalse();
    assertThat(look(worth, 12)).isTrue();
    assertThat(look(manifest(13, 100, 1_000), 13)).isTrue();
  }

  @Test
  void nothingWaitsWhereASegmentCostsNothing() {
    look(covered, 9);
    assertThat(
            linger.isDue(
                manifest(10, 100, 1),
                InFlight.none(),
                InFlight.none(),
                POLICY.worth(0),
                START.plusSeconds(10)))
        .isTrue();
  }

  @Test
  void whatWasHandedOutWaitsNoLonger() {
    look(covered, 9);
    assertThat(look(manifest(10, 100, 1), 20)).isTrue();
    linger.handedOut(List.of(), true);
    assertThat(linger.isWaiting()).isFalse();
    assertThat(look(manifest(20, 100, 1), 21)).as("other rows").isFalse();
  }

  @Test
  void aWritersWrongClockNeitherDelaysNorHastens() {
    look(covered, 9);
    assertThat(look(manifest(9_999, 100, 1), 10)).isFalse();
    assertThat(look(manifest(9_999, 100, 1), 15)).isTrue();
    linger.handedOut(List.of(), true);
    look(covered, 20);
    assertThat(look(manifest(-9_999, 100, 1), 21)).isFalse();
    assertThat(look(manifest(-9_999, 100, 1), 25)).as("it came after the look at 20").isTrue();
  }

  @Test
  void aClockThatIsSetBackDelaysNoLongerThanTheRest() {
    look(covered, 1_000);
    ManifestVersion appended = manifest(1_001, 100, 1);
    assertThat(look(appended, 1_001)).isFalse();
    assertThat(look(appended, 2)).isFalse();
    assertThat(look(appended, 7)).isTrue();
  }

  /** Six hours of small appends: few segments, and no row waits longer than was promised. */
  @ParameterizedTest
  @CsvSource({"2, 100, 8.0, 10.1", "10, 100, 10.0, 10.1", "1, 5000, 2.0, 4.1", "60, 5, 60, 60.1"})
  void freshnessIsKeptWithFewHandOuts(
      int everySeconds, int rows, double leastSecondsBetween, double mostSecondsBetween) {
    Appends stream = new Appends(everySeconds, rows);
    int seconds = 6 * 3_600;
    stream.run(seconds);
    Collections.sort(stream.lags);
    double between = (double) seconds / stream.handOuts;
    System.out.printf(
        "%d rows each %d s: a hand-out each %.1f s, lag p50 %.1f s, p99 %.1f s, most %.1f s%n",
        rows,
        everySeconds,
        between,
        stream.lags.get(stream.lags.size() / 2) / 1e3,
        stream.lags.get(stream.lags.size() * 99 / 100) / 1e3,
        stream.lags.get(stream.lags.size() - 1) / 1e3);
    assertThat(stream.lags).hasSizeGreaterThan(seconds / everySeconds - 20);
    assertThat(stream.lags.get(stream.lags.size() * 99 / 100))
        .isLessThanOrEqualTo(FRESHNESS.toMillis());
    assertThat(between).isBetween(leastSecondsBetween, mostSecondsBetween);
  }

  /**
   * A stream whose appends are handed out by a {@link DiscoveryStep}, and covered 1.2 to 2 seconds
   * later. Fragments that were covered are forgotten.
   */
  private static final class Appends {

    private final Random random = new Random(7);
    private final int every;
    private final int rows;
    private final DiscoveryStep step =
        new DiscoveryStep(
            Duration.ofMinutes(10),
            OpenWork.nothing(),
            START,
            new CompactionPace(),
            new Linger(FRESHNESS, LOOK));
    private final List<Appended> open = new ArrayList<>();
    private final PriorityQueue<Publish> publishes =
        new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
    private final List<Long> lags = new ArrayList<>();
    private Coverage covered = Coverage.of(0);
    private List<Fragment> done = List.of(new Fragment(0, 1_000, 0));
    private long version = 1;
    private long changed;
    private int next = 1;
    private int handOuts;

    private record Appended(Fragment fragment, long at) {}

    private record Publish(long at, Coverage fragments) {}

    Appends(int every, int rows) {
      this.every = every;
      this.rows = rows;
    }

    /** Looks each second at the {@code .7}, appends at the {@code .0}. */
    void run(int seconds) {
      for (int second = 0; second < seconds; second++) {
        if (second % every == 0) {
          change(1_000L * second);
          open.add(new Appended(new Fragment(next++, rows, 0), changed));
        }
        look(1_000L * second + 700);
      }
    }

    private void look(long now) {
      while (!publishes.isEmpty() && publishes.peek().at <= now) {
        publish(publishes.remove());
      }
      List<Fragment> fragments = new ArrayList<>(done);
      open.forEach(one -> fragments.add(one.fragment));
      ManifestVersion manifest =
          new ManifestVersion(
              version,
              START.plusMillis(changed),
              fragments,
              new LogicalIndex("i", List.of(new CommittedSegment(new UUID(1, 1), covered))));
      List<Shard> shards =
          step.advance(
                  manifest,
                  Optional.of(ShardPolicy.defaults(IndexType.IVF_PQ).worth(12_000)),
                  List.of(),
                  at(now))
              .shards();
      handOuts += shards.isEmpty() ? 0 : 1;
      if (!shards.isEmpty()) {
        Coverage handedOut = Coverage.union(shards.stream().map(Shard::fragments));
        publishes.add(new Publish(now + 1_200 + random.nextInt(800), handedOut));
      }
    }

    private void publish(Publish publish) {
      change(publish.at);
      done = new ArrayList<>();
      for (Appended one : List.copyOf(open)) {
        if (publish.fragments.contains(one.fragment.id())) {
          lags.add(publish.at - one.at);
          done.add(one.fragment);
          open.remove(one);
        }
      }
      covered = publish.fragments;
    }

    private void change(long at) {
      version++;
      changed = at;
    }

    private static Instant at(long millis) {
      return START.plusMillis(millis);
    }
  }

  /** A hand-out at one second that is seen covered at another. */
  private void lead(int fragment, int from, int to) {
    look(manifest(to, 100), from - 1);
    look(manifest(to, 100), from);
    linger.handedOut(List.of("s" + fragment), true);
    cover(fragment, inFlight(fragment, 100, from), to);
  }

  private void cover(int fragment, InFlight before, int second) {
    ManifestVersion after =
        new ManifestVersion(
            second,
            START.plusSeconds(second),
            List.of(new Fragment(0, 100, 0), new Fragment(fragment, 100, 0)),
            new LogicalIndex("i", List.of(segment(1, 0, fragment))));
    look(after, before, InFlight.none(), second);
  }

  private static InFlight inFlight(int fragment, long rows, int handedOut) {
    Instant at = START.plusSeconds(handedOut);
    return new InFlight(
        List.of(
            new InFlight.HandedOut(
                "s" + fragment, List.of(new Fragment(fragment, rows, 0).rows()), 1, rows, at, at)));
  }

  private boolean look(ManifestVersion manifest, int second) {
    return look(manifest, InFlight.none(), InFlight.none(), second);
  }

  private boolean look(ManifestVersion manifest, InFlight before, InFlight inFlight, int second) {
    return linger.isDue(manifest, before, inFlight, POLICY, START.plusSeconds(second));
  }

  /** The first fragment is covered, each further one is not. */
  private static ManifestVersion manifest(int committed, long... rows) {
    List<Fragment> fragments = new ArrayList<>();
    for (int id = 0; id < rows.length; id++) {
      fragments.add(new Fragment(id, rows[id], 0));
    }
    return new ManifestVersion(
        1 + Math.abs(committed),
        START.plusSeconds(committed),
        fragments,
        new LogicalIndex("i", List.of(segment(1, 0))));
  }
}
