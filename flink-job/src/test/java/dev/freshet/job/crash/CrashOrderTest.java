package dev.freshet.job.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashOrderTest {

  @TempDir Path directory;

  @Test
  void anOrderIsReadAsItWasGiven() throws Exception {
    CrashOrder order = new CrashOrder(CrashPoint.COMMITTING, 2, Duration.ofNanos(12_345), 7);
    order.writeTo(directory.resolve("order"));
    assertThat(CrashOrder.readFrom(directory.resolve("order"))).contains(order);
  }

  @Test
  void withoutAFileThereIsNoOrder() throws Exception {
    assertThat(CrashOrder.readFrom(directory.resolve("order"))).isEmpty();
  }

  @Test
  void callsAreCountedFromOne() {
    assertThatThrownBy(() -> new CrashOrder(CrashPoint.SEAL, 0, Duration.ZERO, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Call 0 after PT0S at SEAL");
  }
}
