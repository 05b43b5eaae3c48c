package dev.freshet.state.garbage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class VersionRetentionTest {

  private static final Instant NOW = Instant.parse("2026-01-31T00:00:00Z");
  private static final Duration WEEK = Duration.ofDays(7);

  @Test
  void aVersionStaysForAsLongAfterItWasReplaced() {
    VersionRetention retention = new VersionRetention(WEEK, 1);
    assertThat(retention.removable(daily(30), Set.of(), NOW)).isEqualTo(numbers(1, 23));
    SortedMap<Long, Instant> late = new TreeMap<>(daily(1));
    late.put(2L, NOW.minus(Duration.ofDays(1)));
    assertThat(retention.removable(late, Set.of(), NOW))
        .as("old, but it was the latest one until yesterday")
        .isEmpty();
  }

  @Test
  void theLatestAndWhatIsNamedStay() {
    VersionRetention retention = new VersionRetention(VersionRetention.LEAST, 1);
    assertThat(retention.removable(daily(3), Set.of(2L), NOW)).isEqualTo(numbers(1, 1));
    assertThat(retention.removable(daily(1), Set.of(), NOW)).isEmpty();
    assertThat(retention.removable(new TreeMap<>(), Set.of(), NOW)).isEmpty();
  }

  @Test
  void theNewestStayHoweverOld() {
    VersionRetention retention = new VersionRetention(WEEK, 25);
    assertThat(retention.removable(daily(30), Set.of(), NOW)).isEqualTo(numbers(1, 5));
    assertThat(new VersionRetention(WEEK, 30).removable(daily(30), Set.of(), NOW)).isEmpty();
  }

  @Test
  void someAreKeptAtLeast() {
    assertThatThrownBy(() -> new VersionRetention(Duration.ofMinutes(59), 1))
        .hasMessageContaining("At least the versions of an hour, and one version, are kept");
    assertThatThrownBy(() -> new VersionRetention(WEEK, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Version 1 was committed on the first of January, the others a day later each. */
  private static SortedMap<Long, Instant> daily(int versions) {
    SortedMap<Long, Instant> committed = new TreeMap<>();
    for (long version = 1; version <= versions; version++) {
      committed.put(version, NOW.minus(Duration.ofDays(31 - version)));
    }
    return committed;
  }

  private static Set<Long> numbers(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().collect(Collectors.toSet());
  }
}
