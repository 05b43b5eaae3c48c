package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IndexSampleTest {

  private static IndexSample at(double minutes, int segments) {
    return new IndexSample(minutes, 40, segments, 7, 300, 2.5, 1.5, 20, 4, 8, 3.25, 900);
  }

  @Test
  void everyValueIsASeries() {
    assertThat(IndexSample.series(List.of(at(1, 3), at(2, 5))))
        .hasSize(IndexSample.class.getRecordComponents().length)
        .containsEntry("minutes", List.of(1.0, 2.0))
        .containsEntry("segments", List.of(3.0, 5.0))
        .containsEntry("uncoveredRows", List.of(300.0, 300.0))
        .containsEntry("cpuSeconds", List.of(3.25, 3.25));
  }

  @Test
  void aLineForPeopleSaysIt() {
    assertThat(at(1, 3).toString()).contains("3 segments", "300 rows uncovered", "20.0 times");
  }
}
