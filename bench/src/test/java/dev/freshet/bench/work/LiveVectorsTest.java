package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.bench.work.DriftSteps.Numbers;
import dev.freshet.bench.work.DriftSteps.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveVectorsTest {

  private static final float FAR = 100;

  private static LiveVectors afterThreeSteps() {
    LiveVectors live = new LiveVectors(1);
    live.apply(new Step(0, new float[] {0, 0, FAR}, List.of()));
    live.apply(new Step(1, new float[] {2 * FAR, 2 * FAR}, List.of(new Numbers(0, 2))));
    live.apply(new Step(2, new float[] {3 * FAR}, List.of()));
    return live;
  }

  @Test
  void deletedRowsAreNotAskedFor() {
    LiveVectors live = afterThreeSteps();
    assertThat(live.rows()).isEqualTo(4);
    assertThat(rounded(live.likeAll(200))).containsOnly(1L, 2L, 3L);
    live.apply(new Step(3, new float[] {4 * FAR}, List.of(new Numbers(2, 5))));
    assertThat(rounded(live.likeAll(200))).containsOnly(3L, 4L);
  }

  @Test
  void theNewestAreThoseOfTheLastStep() {
    assertThat(rounded(afterThreeSteps().likeNewest(50))).containsOnly(3L);
  }

  @Test
  void rowsAreDeletedAnywhereAndAStepMayInsertNone() {
    LiveVectors live = afterThreeSteps();
    live.apply(new Step(3, new float[0], List.of(new Numbers(2, 3), new Numbers(4, 5))));
    assertThat(live.rows()).isEqualTo(2);
    assertThat(rounded(live.likeAll(200))).containsOnly(2L, 3L);
    assertThat(rounded(live.likeNewest(50))).containsOnly(3L);
  }

  @Test
  void queriesAreNearToRowsAndNotTheSame() {
    assertThat(afterThreeSteps().likeNewest(20))
        .allSatisfy(query -> assertThat(query[0]).isNotEqualTo(3 * FAR));
  }

  private static List<Long> rounded(List<float[]> queries) {
    return queries.stream().map(query -> Math.round((double) query[0] / FAR)).toList();
  }
}
