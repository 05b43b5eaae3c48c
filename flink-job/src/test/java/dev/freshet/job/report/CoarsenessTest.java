package dev.freshet.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CoarsenessTest {

  @Test
  void aModelOfFewerPartitionsThanAskedForIsCoarse() {
    assertThat(Coarseness.of(1, OptionalInt.of(8), 6000))
        .contains(
            "its model has 1 partition, 8 were asked for: 'freshet retrain' trains a finer"
                + " one");
    assertThat(Coarseness.of(7, OptionalInt.of(8), 6000)).isPresent();
    assertThat(Coarseness.of(8, OptionalInt.of(8), 1_000_000)).isEmpty();
  }

  @Test
  void aModelOfLessThanHalfOfWhatItsRowsAreWorthIsCoarse() {
    assertThat(Coarseness.of(38, OptionalInt.empty(), 6000))
        .contains(
            "its model has 38 partitions, its rows are worth 77: 'freshet retrain' trains a"
                + " finer one");
    assertThat(Coarseness.of(39, OptionalInt.empty(), 6000)).isEmpty();
    assertThat(Coarseness.of(1, OptionalInt.empty(), 0)).isEmpty();
  }
}
