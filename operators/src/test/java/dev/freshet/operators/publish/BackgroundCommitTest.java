package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackgroundCommitTest {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(10);

  private final BackgroundCommit background = new BackgroundCommit();
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger ended = new AtomicInteger();

  @Test
  void isWaitedFor() throws Exception {
    assertThat(background.run(ended::incrementAndGet, LONG)).isTrue();
    assertThat(ended).hasValue(1);
    assertThat(background.isBusy()).isFalse();
  }

  @Test
  void goesOnWhenNobodyWaits() throws Exception {
    assertThat(background.run(this::commitWhenReleased, SHORT)).isFalse();
    assertThat(background.isBusy()).isTrue();
    assertThatThrownBy(() -> background.run(ended::incrementAndGet, LONG))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Another commit is under way");
    release.countDown();
    while (background.isBusy()) {
      Thread.sleep(1);
    }
    assertThat(ended).hasValue(1);
    assertThat(background.run(ended::incrementAndGet, LONG)).isTrue();
  }

  @Test
  void throwsWhatTheCommitThrows() {
    IllegalArgumentException failure = new IllegalArgumentException("no such fragment");
    assertThatThrownBy(
            () ->
                background.run(
                    () -> {
                      throw failure;
                    },
                    LONG))
        .isSameAs(failure);
    assertThat(background.isBusy()).isFalse();
  }

  @Test
  void canBeInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> background.run(this::commitWhenReleased, LONG))
        .isInstanceOf(IOException.class)
        .hasMessage("Interrupted while a commit was under way");
    assertThat(Thread.interrupted()).as("the task still knows").isTrue();
    assertThat(background.isBusy()).isTrue();
    release.countDown();
  }

  private void commitWhenReleased() {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    ended.incrementAndGet();
  }
}
