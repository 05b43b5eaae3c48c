package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.bench.process.Measurement;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriftSampleTest {

  private static DriftSample at(int step, double recall, double cpuSeconds) {
    return new DriftSample(step, recall, recall, 5000, 3, 2, 512, 4, cpuSeconds, 900 + step, 1.5);
  }

  @Test
  void everyValueIsASeries() {
    assertThat(DriftSample.series(List.of(at(0, 1, 9), at(1, 0.5, 2))))
        .hasSize(DriftSample.class.getRecordComponents().length)
        .containsEntry("step", List.of(0.0, 1.0))
        .containsEntry("recallNewest", List.of(1.0, 0.5))
        .containsEntry("partitions", List.of(512.0, 512.0));
  }

  @Test
  void theFirstBuildIsNoStep() {
    Measurement all = DriftSummary.of(List.of(at(0, 0.1, 9), at(1, 0.5, 2), at(2, 0.7, 3)), 80);
    assertThat(all.rows()).isEqualTo(80);
    assertThat(all.cpuSeconds()).isEqualTo(5);
    assertThat(all.peakRssMb()).isEqualTo(902);
    assertThat(all.more())
        .containsEntry("recallAll", 0.7)
        .containsEntry("recallAllLeast", 0.5)
        .containsEntry("indexMbWritten", 3.0)
        .containsEntry("firstBuildCpuSeconds", 9.0);
    assertThat(all.series().get("step")).hasSize(3);
  }

  @Test
  void aLineForPeopleSaysIt() {
    assertThat(at(7, 0.5, 2).toString()).contains("step  7", "recall 0.500", "2 models");
  }

  @Test
  void refusesARecallAboveOne() {
    assertThatThrownBy(() -> at(1, 1.1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Recall is from 0 to 1, not 1.1 and 1.1");
  }
}
