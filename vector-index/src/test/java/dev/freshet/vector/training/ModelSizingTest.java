package dev.freshet.vector.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSizingTest {

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 1",
    "63, 1",
    "64, 2",
    "1000, 31",
    "1024, 32",
    "100000, 316",
    "16777216, 4096",
    "10000000000, 4096"
  })
  void derivesPartitionsFromRows(long rows, int partitions) {
    assertThat(ModelSizing.partitions(rows)).isEqualTo(partitions);
  }

  @ParameterizedTest
  @CsvSource({
    "128, 8, 16", "768, 8, 96", "1536, 8, 192", "100, 8, 25", "1, 8, 1", "3, 8, 1", "17, 8, 17",
    "21, 8, 3", "14, 8, 2", "8, 8, 1", "128, 4, 16", "8, 4, 2", "6, 4, 2", "18, 4, 2"
  })
  void derivesSubVectorsFromTheDimension(int dimension, int bits, int subVectors) {
    assertThat(ModelSizing.subVectors(dimension, bits)).isEqualTo(subVectors);
    assertThatCode(() -> ModelSizing.checkSubVectors(dimension, subVectors, bits))
        .doesNotThrowAnyException();
  }

  @Test
  void rejectsWhatDoesNotDivide() {
    assertThatThrownBy(() -> ModelSizing.checkSubVectors(100, 16, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dimension 100 is not divisible by 16 sub-vectors");
    assertThatThrownBy(() -> ModelSizing.checkSubVectors(100, 0, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dimension 100 is not divisible by 0 sub-vectors");
    assertThatThrownBy(() -> ModelSizing.checkSubVectors(100, 25, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("PQ with 4 bits needs an even number of sub-vectors, not 25");
    assertThatThrownBy(() -> ModelSizing.subVectors(17, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("PQ with 4 bits needs an even dimension, not 17: use 8 bits");
  }
}
