package dev.freshet.lance.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RowDrawsTest {

  private static final long SEED = 23;

  @Test
  void numbersAreDistinctAscendingAndNeverDrawnAgain() {
    RowDraws draws = new RowDraws(1000, SEED);
    long[] few = draws.draw(30);
    long[] many = draws.draw(700);
    long[] rest = draws.draw(1000);
    assertThat(few).hasSize(30).isSorted();
    assertThat(many).hasSize(700).isSorted();
    assertThat(rest).hasSize(270).isSorted();
    assertThat(draws.left()).isZero();
    assertThat(draws.draw(1)).isEmpty();
    assertThat(Stream.of(few, many, rest).flatMapToLong(LongStream::of).sorted().toArray())
        .isEqualTo(LongStream.range(0, 1000).toArray());
  }

  @Test
  void equalSeedsDrawTheSame() {
    for (int count : new int[] {10, 90}) {
      assertThat(new RowDraws(100, SEED).draw(count))
          .isEqualTo(new RowDraws(100, SEED).draw(count));
    }
  }

  /** Of 20,000 draws of 5 or of 15 of 20 rows each row has its share, within five deviations. */
  @Test
  void eachRowHasTheSameChance() {
    for (int count : new int[] {5, 15}) {
      long[] times = new long[20];
      for (int i = 0; i < 20_000; i++) {
        for (long row : new RowDraws(20, SEED + i).draw(count)) {
          times[(int) row]++;
        }
      }
      double share = 20_000 * count / 20.0;
      double deviation = Math.sqrt(share * (1 - count / 20.0));
      assertThat(Arrays.stream(times).min().getAsLong())
          .as("%d of 20, seed %d", count, SEED)
          .isGreaterThan((long) (share - 5 * deviation));
      assertThat(Arrays.stream(times).max().getAsLong()).isLessThan((long) (share + 5 * deviation));
    }
  }
}
