package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MovingClustersTest {

  private static final int DIMENSION = 8;

  private static MovingClusters one(long seed) {
    return new MovingClusters(1, DIMENSION, seed);
  }

  @Test
  void equalSeedsGiveEqualVectors() {
    assertThat(one(3).next(5)).hasSize(5 * DIMENSION).isEqualTo(one(3).next(5));
    assertThat(one(3).next(5)).isNotEqualTo(one(4).next(5));
  }

  @Test
  void aClusterMovesALittleAndIsRenewedFarAway() {
    double still = distance(one(3), clusters -> {});
    assertThat(distance(one(3), clusters -> clusters.move(1))).isGreaterThan(still);
    assertThat(distance(one(3), clusters -> clusters.renew(1))).isGreaterThan(2 * still);
  }

  private interface Change {
    void apply(MovingClusters clusters);
  }

  /** Of the means before and after. */
  private static double distance(MovingClusters clusters, Change change) {
    double[] before = mean(clusters.next(2000));
    change.apply(clusters);
    double[] after = mean(clusters.next(2000));
    double sum = 0;
    for (int d = 0; d < DIMENSION; d++) {
      sum += (after[d] - before[d]) * (after[d] - before[d]);
    }
    return Math.sqrt(sum);
  }

  private static double[] mean(float[] vectors) {
    double[] mean = new double[DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      mean[i % DIMENSION] += vectors[i] * DIMENSION / (double) vectors.length;
    }
    return mean;
  }

  @Test
  void refusesNoClusters() {
    assertThatThrownBy(() -> new MovingClusters(0, 8, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("No 0 clusters in 8 dimensions");
  }
}
