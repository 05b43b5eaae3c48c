package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.bench.process.Measurement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeveralRunsTest {

  private static Measurement run(double seconds) {
    return new Measurement(
        10,
        seconds,
        2 * seconds,
        100,
        Map.of("recall", seconds / 10),
        Map.of("step", List.of(seconds)));
  }

  @Test
  void valuesAreToldApart() {
    SeveralRuns runs = new SeveralRuns();
    runs.add("follow", run(1));
    runs.add("frozen", run(2));
    Measurement both = runs.together();
    assertThat(both.seconds()).isEqualTo(1);
    assertThat(both.more())
        .containsOnly(
            Map.entry("followRecall", 0.1),
            Map.entry("followCpuSeconds", 2.0),
            Map.entry("frozenRecall", 0.2),
            Map.entry("frozenCpuSeconds", 4.0));
    assertThat(both.series())
        .containsOnly(Map.entry("followStep", List.of(1.0)), Map.entry("frozenStep", List.of(2.0)));
  }
}
