package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.bench.work.ProbedRows.Partitions;
import org.junit.jupiter.api.Test;

class ProbedRowsTest {

  private static final Partitions SEGMENT =
      new Partitions(new float[] {0, 0, 5, 5, 1, 1}, new long[] {10, 200, 3000});

  @Test
  void theNearestPartitionsAreLookedInto() {
    assertThat(ProbedRows.rows(SEGMENT, new float[] {0, 0}, 1)).isEqualTo(10);
    assertThat(ProbedRows.rows(SEGMENT, new float[] {0, 0}, 2)).isEqualTo(3010);
    assertThat(ProbedRows.rows(SEGMENT, new float[] {6, 6}, 2)).isEqualTo(3200);
  }

  @Test
  void noMoreThanThereAre() {
    assertThat(ProbedRows.rows(SEGMENT, new float[] {0, 0}, 20)).isEqualTo(3210);
  }
}
