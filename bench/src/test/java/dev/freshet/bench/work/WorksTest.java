package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.bench.process.BenchProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorksTest {

  @Test
  void worksAreFoundByName() {
    assertThat(Works.all())
        .extracting(Work::name)
        .doesNotHaveDuplicates()
        .allSatisfy(name -> assertThat(Works.named(name).name()).isEqualTo(name));
    assertThatThrownBy(() -> Works.named("none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("There is no work none, but whole-100k, whole-1m,");
  }

  @Test
  void aUsualRunLeavesOutWhatTakesLong() {
    assertThat(Works.usual())
        .extracting(Work::name)
        .contains("pq-128", "append-1pct")
        .doesNotContain("appends-hour", "drift-none");
  }

  @Test
  void fewerSteadyAppendsAreAsLargeAndAsOften() {
    assertThat(Works.named("appends-hour").scaled(0.05).description())
        .startsWith("90 appends of 100 rows, one every 2 s, to IVF_PQ, 50,000 x 128,");
  }

  @Test
  void driftHasAsManyStepsAtAnyScale() {
    assertThat(Works.named("drift-churn").scaled(0.1).description())
        .isEqualTo(
            "churn: 20 steps of 1,000 rows to IVF_PQ, 6,000 x 128, 153 partitions, 16 sub-vectors");
  }

  @Test
  void aWholeCommandIsMeasuredBesideLanceDbByTheLauncherOnly(@TempDir Path directory) {
    Work work = Works.named("whole-768").scaled(0.01);
    assertThat(work.kind()).isEqualTo(Work.Kind.COMMAND);
    assertThat(work.other()).isEqualTo("lancedb");
    assertThat(work.description()).isEqualTo("IVF_PQ, 4,000 x 768, 102 partitions, 96 sub-vectors");
    assertThatThrownBy(
            () -> work.prepare(new BenchProcess(WorksTest.class, directory, 1, List.of())))
        .isInstanceOf(IOException.class)
        .hasMessage("whole-768 measures the launcher: start it by ./freshet bench");
  }

  @Test
  void aSmallDatasetGetsFewerPartitions() {
    assertThat(Works.named("pq-768").scaled(0.01).description())
        .isEqualTo("IVF_PQ, 4,000 x 768, 102 partitions, 96 sub-vectors, model given");
  }
}
