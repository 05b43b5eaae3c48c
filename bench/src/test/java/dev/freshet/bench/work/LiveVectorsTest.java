package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.bench.work.DriftStream.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveVectorsTest {

  private static final float FAR = 100;

  private static LiveVectors afterThreeSteps() {
    LiveVectors live = new LiveVectors(1);
    live.apply(new Step(0, new float[] {0, 0, FAR}, 0));
    live.apply(new Step(1, new float[] {2 * FAR, 2 * FAR}, 2));
    live.apply(new Step(2, new float[] {3 * FAR}, 2));
    return live;
  }

  @Test
  void deletedRowsAreNotAskedFor() {
    LiveVectors live = afterThreeSteps();
    assertThat(live.rows()).isEqualTo(4);
    assertThat(rounded(live.likeAll(200))).containsOnly(1L, 2L, 3L);
    live.apply(new Step(3, new float[] {4 * FAR}, 5));
    assertThat(rounded(live.likeAll(200))).containsOnly(3L, 4L);
  }

  @Test
  void theNewestAreThoseOfTheLastStep() {
    assertThat(rounded(afterThreeSteps().likeNewest(50))).containsOnly(3L);
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
