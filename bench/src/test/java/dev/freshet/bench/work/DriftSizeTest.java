package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DriftSizeTest {

  @Test
  void aTinyTableStillHasRowsToTrainOn() {
    DriftSize size = new DriftSize(128, 60_000, 10_000, 20);
    assertThat(size.scaled(0.5)).isEqualTo(new DriftSize(128, 30_000, 5000, 20));
    assertThat(size.scaled(0.0001)).isEqualTo(new DriftSize(128, 600, 100, 20));
  }

  @Test
  void refusesNoRows() {
    assertThatThrownBy(() -> new DriftSize(128, 100, 0, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("No table of 100 rows of dimension 128, and 9 steps of 0");
  }
}
