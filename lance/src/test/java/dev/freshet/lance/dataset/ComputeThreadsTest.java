package dev.freshet.lance.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComputeThreadsTest {

  @ParameterizedTest
  @CsvSource({"1, true", "2, true", "3, true", "4, false", "64, false"})
  void fewProcessorsLeaveOne(int processors, boolean warned) {
    assertThat(ComputeThreads.warning(Map.of(), processors).isPresent()).isEqualTo(warned);
  }

  @ParameterizedTest
  @CsvSource({"1, true", "2, false", "8, false", "many, true"})
  void theEnvironmentDecides(String threads, boolean warned) {
    assertThat(ComputeThreads.warning(Map.of(ComputeThreads.VARIABLE, threads), 2).isPresent())
        .isEqualTo(warned);
  }

  @Test
  void testsHaveEnough() {
    assertThat(ComputeThreads.warning()).isEmpty();
  }
}
