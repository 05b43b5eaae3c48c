package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QuietTimeTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final QuietTime quiet = new QuietTime(Duration.ofSeconds(30));

  @Test
  void beginsWhenNothingHasHappenedForAWhile() {
    assertThat(look(7, false, 0)).isFalse();
    assertThat(look(7, false, 10)).isFalse();
    assertThat(look(7, false, 39)).isFalse();
    assertThat(look(7, false, 40)).isTrue();
    assertThat(look(7, false, 100)).isTrue();
  }

  @Test
  void endsWithANewVersionOrWork() {
    look(7, false, 0);
    look(7, false, 10);
    assertThat(look(8, false, 60)).isFalse();
    assertThat(look(8, false, 61)).isFalse();
    assertThat(look(8, false, 91)).isTrue();
    assertThat(look(8, true, 92)).isFalse();
    assertThat(look(8, false, 93)).isFalse();
    assertThat(look(8, false, 122)).isFalse();
    assertThat(look(8, false, 123)).isTrue();
  }

  private boolean look(long version, boolean working, int second) {
    return quiet.look(version, working, START.plusSeconds(second));
  }
}
