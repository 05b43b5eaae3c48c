package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QuietTimeTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final QuietTime quiet = new QuietTime(Duration.ofSeconds(30));

  @Test
  void beginsAWhileAfterTheStart() {
    assertThat(look(false, false, 0)).isFalse();
    assertThat(look(false, false, 10)).isFalse();
    assertThat(look(false, false, 29)).isFalse();
    assertThat(look(false, false, 30)).isTrue();
    assertThat(look(false, false, 100)).isTrue();
  }

  @Test
  void beginsAtOnceWhenWorkIsSeenToBeDone() {
    look(false, false, 0);
    assertThat(look(true, false, 40)).isFalse();
    assertThat(look(true, false, 90)).isFalse();
    assertThat(look(false, false, 91)).isTrue();
  }

  @Test
  void beginsAWhileAfterWorkWhoseEndNobodySees() {
    look(false, false, 0);
    assertThat(look(false, true, 40)).isFalse();
    assertThat(look(false, false, 69)).isFalse();
    assertThat(look(false, false, 70)).isTrue();
  }

  @Test
  void beginsAnewWhenTheClockIsSetBack() {
    look(false, false, 1000);
    assertThat(look(false, false, 0)).isFalse();
    assertThat(look(false, false, 30)).isTrue();
  }

  private boolean look(boolean inFlight, boolean unseen, int second) {
    return quiet.look(inFlight, unseen, START.plusSeconds(second));
  }
}
