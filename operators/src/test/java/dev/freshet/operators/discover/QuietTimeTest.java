package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QuietTimeTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final QuietTime quiet = new QuietTime(Duration.ofSeconds(30));

  @Test
  void beginsWhenThereHasBeenNoWorkForAWhile() {
    assertThat(look(false, 0)).isFalse();
    assertThat(look(false, 10)).isFalse();
    assertThat(look(false, 29)).isFalse();
    assertThat(look(false, 30)).isTrue();
    assertThat(look(false, 100)).isTrue();
  }

  @Test
  void endsWithWork() {
    look(false, 0);
    assertThat(look(true, 40)).isFalse();
    assertThat(look(true, 90)).isFalse();
    assertThat(look(false, 91)).isFalse();
    assertThat(look(false, 120)).isFalse();
    assertThat(look(false, 121)).isTrue();
  }

  @Test
  void beginsAnewWhenTheClockIsSetBack() {
    look(false, 1000);
    assertThat(look(false, 0)).isFalse();
    assertThat(look(false, 30)).isTrue();
  }

  private boolean look(boolean working, int second) {
    return quiet.look(working, START.plusSeconds(second));
  }
}
