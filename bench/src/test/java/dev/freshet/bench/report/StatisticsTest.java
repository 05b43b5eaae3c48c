package dev.freshet.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  @Test
  void theMedianIsInTheMiddle() {
    assertThat(Statistics.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Statistics(1, 2, 9));
    assertThat(Statistics.of(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(new Statistics(1, 3, 9));
    assertThat(Statistics.of(List.of(7.0))).isEqualTo(new Statistics(7, 7, 7));
  }

  @Test
  void nothingHasNoMedian() {
    assertThatThrownBy(() -> Statistics.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no median of nothing");
  }

  @Test
  void percentilesAreOfTheNearestRank() {
    double[] values = {30, 10, 20, 40};
    assertThat(Statistics.percentile(values, 0.5)).isEqualTo(20);
    assertThat(Statistics.percentile(values, 0.51)).isEqualTo(30);
    assertThat(Statistics.percentile(values, 0.99)).isEqualTo(40);
    assertThat(Statistics.percentile(values, 0.001)).isEqualTo(10);
    assertThat(values).as("unchanged").containsExactly(30, 10, 20, 40);
  }

  @Test
  void noPercentileOutsideOfTheValues() {
    assertThatThrownBy(() -> Statistics.percentile(new double[] {1}, 1.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("No percentile 1.1 of 1 values");
  }
}
