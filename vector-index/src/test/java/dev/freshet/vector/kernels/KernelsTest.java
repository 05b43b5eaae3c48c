package dev.freshet.vector.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both kernels against a search in float64. */
class KernelsTest {
  private static final long SEED = 20260101;

  /** Two distances closer than this, relative to the norms, are a tie in float32. */
  private static final double TIE = 1e-5;

  private static final Kernels[] ALL = {new PlainKernels(), new VectorKernels()};

  static Stream<Arguments> shapes() {
    return Stream.of(1, 2, 3, 7, 17, 128, 768, 1536)
        .flatMap(
            dimension ->
                Stream.of(1, 5, 16, 256, 1000)
                    .map(partitions -> Arguments.of(dimension, partitions)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void findsTheNearestCentroid(int dimension, int partitions) {
    Random random = new Random(SEED);
    float[] centroids = gaussian(random, partitions * dimension, 0f);
    int rows = dimension * partitions < 50_000 ? 131 : 21;
    float[] vectors = gaussian(random, rows * dimension, 0f);
    for (Distance distance : Distance.values()) {
      for (Kernels kernels : ALL) {
        int[] nearest = new int[rows];
        kernels.nearestCentroid(centroids, dimension, distance).assign(vectors, 0, rows, nearest);
        for (int row = 0; row < rows; row++) {
          String where = kernels.describe() + " " + distance + " row " + row + " seed " + SEED;
          double least = least(vectors, row, centroids, dimension, partitions, distance);
          double slack = TIE * (1 + dimension);
          assertThat(nearest[row]).as(where).isBetween(0, partitions - 1);
          assertThat(distance(vectors, row, centroids, nearest[row], dimension, distance))
              .as(where)
              .isCloseTo(least, within(slack));
        }
      }
    }
  }

  @Test
  void looksOnlyAtTheRowsAskedFor() {
    float[] centroids = {0f, 10f};
    float[] vectors = {9f, 9f, 1f, 9f};
    for (Kernels kernels : ALL) {
      int[] nearest = {7, 7, 7, 7};
      kernels.nearestCentroid(centroids, 1, Distance.SQUARED_L2).assign(vectors, 1, 3, nearest);
      assertThat(nearest).as(kernels.describe()).containsExactly(7, 1, 0, 7);
    }
  }

  @Test
  void keepsItsPrecisionFarFromTheOrigin() {
    Random random = new Random(SEED);
    int dimension = 64;
    float[] centroids = gaussian(random, 40 * dimension, 1000f);
    float[] vectors = gaussian(random, 200 * dimension, 1000f);
    for (Kernels kernels : ALL) {
      int[] nearest = new int[200];
      kernels
          .nearestCentroid(centroids, dimension, Distance.SQUARED_L2)
          .assign(vectors, 0, 200, nearest);
      for (int row = 0; row < 200; row++) {
        double least = least(vectors, row, centroids, dimension, 40, Distance.SQUARED_L2);
        double found =
            distance(vectors, row, centroids, nearest[row], dimension, Distance.SQUARED_L2);
        assertThat(found)
            .as(kernels.describe() + " row " + row + " seed " + SEED)
            .isCloseTo(least, within(1e-4 * least));
      }
    }
  }

  @Test
  void tellsCentroidsApartThatAreCloserThanTheirNorms() {
    Random random = new Random(SEED);
    int dimension = 32;
    float[] centroids = gaussian(random, 60 * dimension, 0f);
    for (int i = 20 * dimension; i < centroids.length; i++) {
      centroids[i] = centroids[i % (20 * dimension)] + 1e-4f * centroids[i];
    }
    float[] vectors = Arrays.copyOf(centroids, centroids.length);
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] += 1e-5f * (float) random.nextGaussian();
    }
    for (Kernels kernels : ALL) {
      int[] nearest = new int[60];
      kernels
          .nearestCentroid(centroids, dimension, Distance.SQUARED_L2)
          .assign(vectors, 0, 60, nearest);
      assertThat(nearest)
          .as(kernels.describe() + " seed " + SEED)
          .containsExactly(IntStream.range(0, 60).toArray());
    }
  }

  @Test
  void isNotMisledByOneCentroidFarOff() {
    float[] centroids = {1f, 2f, 3f, 1e6f};
    float[] vectors = {1.2f, 1.8f, 2.9f, 9e5f};
    for (Kernels kernels : ALL) {
      int[] nearest = new int[4];
      kernels.nearestCentroid(centroids, 1, Distance.SQUARED_L2).assign(vectors, 0, 4, nearest);
      assertThat(nearest).as(kernels.describe()).containsExactly(0, 1, 2, 3);
    }
  }

  @Test
  void takesTheFirstAmongEquals() {
    int dimension = 5;
    float[] centroids = new float[50 * dimension];
    Arrays.fill(centroids, 7 * dimension, centroids.length, 1f);
    float[] vectors = new float[9 * dimension];
    Arrays.fill(vectors, 1f);
    for (Kernels kernels : ALL) {
      int[] nearest = new int[9];
      kernels
          .nearestCentroid(centroids, dimension, Distance.SQUARED_L2)
          .assign(vectors, 0, 9, nearest);
      assertThat(nearest).as(kernels.describe()).containsOnly(7);
    }
  }

  @Test
  void reportsNoCentroidWhenNoDistanceIsFinite() {
    float[] vectors = {Float.MAX_VALUE, Float.MAX_VALUE};
    float[] centroids = {-1e30f, -1e30f, -1e30f, -1e30f};
    for (Kernels kernels : ALL) {
      for (Distance distance : Distance.values()) {
        int[] nearest = new int[1];
        kernels.nearestCentroid(centroids, 2, distance).assign(vectors, 0, 1, nearest);
        assertThat(nearest).as(kernels.describe() + " " + distance).containsExactly(-1);
      }
    }
  }

  static Stream<Arguments> extremeShapes() {
    return Stream.of(
        Arguments.of(1, 1),
        Arguments.of(2, 40),
        Arguments.of(16, 4),
        Arguments.of(17, 33),
        Arguments.of(512, 640)); // compared by bounds
  }

  /** Whatever is finite: huge, tiny, subnormal, zero, and mixtures of them. */
  @ParameterizedTest
  @MethodSource("extremeShapes")
  void givesNoIndexOutOfRange(int dimension, int partitions) {
    Random random = new Random(SEED);
    int rows = 70;
    for (int round = 0; round < 6; round++) {
      float[] centroids = extremes(random, partitions, dimension, round % 2 == 0);
      float[] vectors = extremes(random, rows, dimension, false);
      for (Distance distance : Distance.values()) {
        for (Kernels kernels : ALL) {
          String where = kernels.describe() + " " + distance + " seed " + SEED + " round " + round;
          int[] nearest = new int[rows];
          Arrays.fill(nearest, Integer.MIN_VALUE);
          kernels.nearestCentroid(centroids, dimension, distance).assign(vectors, 0, rows, nearest);
          for (int found : nearest) {
            assertThat(found).as(where).isBetween(-1, partitions - 1);
          }
          if (distance == Distance.SQUARED_L2) {
            assertNearest(where, vectors, centroids, nearest, dimension);
          }
        }
      }
    }
  }

  /** The nearest where float32 can hold the distance, and none only where it holds none. */
  private static void assertNearest(
      String where, float[] vectors, float[] centroids, int[] nearest, int dimension) {
    int partitions = centroids.length / dimension;
    for (int row = 0; row < nearest.length; row++) {
      double least = least(vectors, row, centroids, dimension, partitions, Distance.SQUARED_L2);
      double longest = 0;
      for (int d = 0; d < dimension; d++) {
        longest += Math.pow(vectors[row * dimension + d], 2);
      }
      if (longest < Float.MAX_VALUE / 64 && least < Float.MAX_VALUE / 64) {
        assertThat(nearest[row]).as(where + " row " + row).isNotNegative();
        assertThat(distance(vectors, row, centroids, nearest[row], dimension, Distance.SQUARED_L2))
            .as(where + " row " + row)
            .isLessThanOrEqualTo(least + TIE * (1 + dimension) * (least + longest) + 1e-40);
      } else if (least > Float.MAX_VALUE) {
        assertThat(nearest[row]).as(where + " row " + row).isEqualTo(-1);
      }
    }
  }

  /** Rows of ordinary values, of one huge or tiny scale, and of values of any scale. */
  private static float[] extremes(Random random, int rows, int dimension, boolean someOrdinary) {
    float[] scales = {1f, 1e25f, 1e-30f, Float.MIN_VALUE, 1e18f, 3e38f, 0f, 1e19f, 1e-20f};
    float[] values = new float[rows * dimension];
    for (int row = 0; row < rows; row++) {
      int kind = someOrdinary && row % 2 == 0 ? 0 : random.nextInt(scales.length + 1);
      for (int d = 0; d < dimension; d++) {
        float scale = scales[kind < scales.length ? kind : random.nextInt(scales.length)];
        values[row * dimension + d] =
            scale == 3e38f && random.nextBoolean()
                ? -Float.MAX_VALUE
                : (random.nextFloat() * 2 - 1) * scale;
      }
    }
    return values;
  }

  /** An encoder is used again and again, so what it had in its hands before must not show. */
  @Test
  void encodesWhatOverflowsAsTheFirstEntry() {
    float[] codebook = new float[2 * 16];
    Arrays.fill(codebook, 1e30f);
    for (Kernels kernels : ALL) {
      byte[] codes = {7, 7, 7, 7, 7, 7};
      kernels.productEncoder(codebook, 2, 16).encode(new float[] {1, 2, 3, 4, 5, 6}, 0, 3, codes);
      assertThat(codes).as(kernels.describe()).containsOnly(0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void encodesWhateverIsFinite(int bits) {
    Random random = new Random(SEED);
    int rows = 70;
    for (int length : new int[] {1, 3, 8}) {
      float[] codebook = extremes(random, 4 << bits, length, true);
      float[] vectors = extremes(random, rows, 4 * length, false);
      for (Kernels kernels : ALL) {
        byte[] codes = new byte[rows * 4];
        kernels.productEncoder(codebook, 4, 1 << bits).encode(vectors, 0, rows, codes);
        for (byte code : codes) {
          assertThat(Byte.toUnsignedInt(code))
              .as(kernels.describe() + " seed " + SEED)
              .isLessThan(1 << bits);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 17, 32, 128})
  void encodesSubVectors(int length) {
    Random random = new Random(SEED);
    int subVectors = 6;
    int dimension = subVectors * length;
    int rows = 77;
    float[] vectors = gaussian(random, rows * dimension, 0f);
    for (int entries : new int[] {16, 256}) {
      float[] codebook = gaussian(random, subVectors * entries * length, 0f);
      for (Kernels kernels : ALL) {
        byte[] codes = new byte[rows * subVectors];
        ProductEncoder encoder = kernels.productEncoder(codebook, subVectors, entries);
        encoder.encode(vectors, 0, 40, codes);
        encoder.encode(vectors, 40, rows, codes);
        for (int i = 0; i < codes.length; i++) {
          int first = i % subVectors * entries;
          double least = Double.POSITIVE_INFINITY;
          for (int e = first; e < first + entries; e++) {
            least = Math.min(least, distance(vectors, i, codebook, e, length, Distance.SQUARED_L2));
          }
          int found = first + Byte.toUnsignedInt(codes[i]);
          assertThat(distance(vectors, i, codebook, found, length, Distance.SQUARED_L2))
              .as(kernels.describe() + " sub-vector " + i + " seed " + SEED)
              .isCloseTo(least, within(TIE * (1 + length)));
        }
      }
    }
  }

  @Test
  void rejectsWhatIsNoMatrix() {
    for (Kernels kernels : ALL) {
      assertThatThrownBy(() -> kernels.nearestCentroid(new float[5], 2, Distance.SQUARED_L2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("5 floats are not centroids of dimension 2");
      assertThatThrownBy(() -> kernels.productEncoder(new float[33], 2, 16))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("33 floats are no codebook of 2 x 16");
    }
  }

  private static float[] gaussian(Random random, int length, float offset) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = offset + (float) random.nextGaussian();
    }
    return values;
  }

  private static double least(
      float[] vectors, int row, float[] centroids, int dimension, int count, Distance distance) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      least = Math.min(least, distance(vectors, row, centroids, i, dimension, distance));
    }
    return least;
  }

  private static double distance(
      float[] a, int rowA, float[] b, int rowB, int length, Distance distance) {
    double sum = 0;
    for (int d = 0; d < length; d++) {
      double x = a[rowA * length + d];
      double y = b[rowB * length + d];
      sum += distance == Distance.SQUARED_L2 ? (x - y) * (x - y) : x * y;
    }
    return distance == Distance.SQUARED_L2 ? sum : 1 - sum;
  }
}
