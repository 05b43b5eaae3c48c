package dev.freshet.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.bench.process.Measurement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkResultTest {

  private static Measurement run(double seconds, Map<String, Double> more) {
    return new Measurement(1200, seconds, 2 * seconds, 100, more);
  }

  @Test
  void numbersAreMediansOfTheRounds() {
    Map<String, Double> start = Map.of("clusterStartSeconds", 3.0, "recallAt10", 0.9);
    WorkResult result =
        new WorkResult(
            "pq",
            "build",
            "a build",
            "lance",
            List.of(run(1, start), run(6, start), run(2, start)),
            List.of(run(4, Map.of()), run(3, Map.of()), run(12, Map.of())));
    assertThat(result.toMap())
        .containsEntry("work", "pq")
        .containsEntry("kind", "build")
        .containsEntry("rounds", 3)
        .containsEntry("freshetVectorsPerSecond", 600.0)
        .containsEntry("lanceVectorsPerSecond", 300.0)
        .containsEntry("ratio", 2.0)
        .containsEntry("freshetCpuSeconds", 4.0)
        .containsEntry("lanceCpuSeconds", 8.0)
        .containsEntry("freshetPeakRssMb", 100.0)
        .containsEntry("clusterStartSeconds", 3.0)
        .containsEntry("freshetRecallAt10", 0.9)
        .containsEntry("freshetRounds", List.of(1.0, 6.0, 2.0));
  }

  @Test
  void seriesAreOfTheFirstRound() {
    Measurement first = run(1, Map.of()).withSeries(Map.of("segments", List.of(1.0, 2.00049)));
    Measurement second = run(2, Map.of()).withSeries(Map.of("segments", List.of(7.0)));
    WorkResult result =
        new WorkResult(
            "steady",
            "steady",
            "appends",
            "lance",
            List.of(first, second),
            List.of(run(1, Map.of()), run(1, Map.of())));
    assertThat(result.toMap())
        .containsEntry("freshetSeries", Map.of("segments", List.of(1.0, 2.0)))
        .doesNotContainKey("lanceSeries");
  }

  @Test
  void bothSystemsHaveAsManyRounds() {
    assertThatThrownBy(
            () ->
                new WorkResult(
                    "pq", "build", "a build", "lance", List.of(run(1, Map.of())), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pq has 1 runs of Freshet and 0 of lance");
  }
}
