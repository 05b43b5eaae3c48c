package dev.freshet.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {

  @ParameterizedTest
  @CsvSource({"1, 1, 0.2", "2.01, 2.5, 0.5", "8, 8, 1", "8.1, 10, 2", "0.03, 0.03, 0.005"})
  void endsAtTheNextRoundNumber(double greatest, double end, double step) {
    Axis axis = Axis.upTo(greatest, 100);
    assertThat(axis.step()).isCloseTo(step, within());
    assertThat(axis.end()).isCloseTo(end, within());
  }

  @Test
  void mapsValuesToPixels() {
    Axis axis = Axis.upTo(4, 200);
    assertThat(axis.at(0)).isZero();
    assertThat(axis.at(1)).isEqualTo(50);
    assertThat(axis.at(4)).isEqualTo(200);
    assertThat(axis.ticks()).startsWith(0.0).endsWith(4.0).isSorted();
  }

  @Test
  void mayBeginAboveZero() {
    Axis axis = Axis.between(0.683, 1, 160);
    assertThat(axis.start()).isCloseTo(0.65, within());
    assertThat(axis.end()).isCloseTo(1, within());
    assertThat(axis.at(axis.start())).isZero();
    assertThat(axis.at(1)).isCloseTo(160, within());
    assertThat(axis.ticks()).hasSize(8).isSorted();
  }

  @Test
  void refusesNothing() {
    assertThatThrownBy(() -> Axis.upTo(0, 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("No axis from 0.0 to 0.0 over 100.0");
  }

  private static Offset<Double> within() {
    return Offset.offset(1e-9);
  }
}
