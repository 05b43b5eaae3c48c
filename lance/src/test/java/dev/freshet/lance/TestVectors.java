package dev.freshet.lance;

import dev.freshet.state.model.Metric;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Seeded vectors in clusters, and exact search among them. */
public final class TestVectors {

  private final int dimension;
  private final float[] values;

  private TestVectors(int dimension, float[] values) {
    this.dimension = dimension;
    this.values = values;
  }

  public static TestVectors of(int dimension, float... values) {
    return new TestVectors(dimension, values);
  }

  /** Gaussian noise of deviation 1 around centres of deviation 2. */
  public static TestVectors clustered(int rows, int dimension, int clusters, long seed) {
    Random random = new Random(seed);
    float[] centres = new float[clusters * dimension];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = 2 * (float) random.nextGaussian();
    }
    float[] values = new float[rows * dimension];
    for (int row = 0; row < rows; row++) {
      int centre = random.nextInt(clusters) * dimension;
      for (int d = 0; d < dimension; d++) {
        values[row * dimension + d] = centres[centre + d] + (float) random.nextGaussian();
      }
    }
    return new TestVectors(dimension, values);
  }

  public TestVectors normalised() {
    float[] unit = values.clone();
    for (int row = 0; row < rows(); row++) {
      double squares = 0;
      for (int d = 0; d < dimension; d++) {
        squares += (double) values[row * dimension + d] * values[row * dimension + d];
      }
      float norm = squares == 0 ? 1 : (float) Math.sqrt(squares);
      for (int d = 0; d < dimension; d++) {
        unit[row * dimension + d] /= norm;
      }
    }
    return new TestVectors(dimension, unit);
  }

  public int rows() {
    return values.length / dimension;
  }

  public int dimension() {
    return dimension;
  }

  /** Row-major, shared. */
  public float[] values() {
    return values;
  }

  public float[] row(int row) {
    return row(values, row, dimension);
  }

  public static float[] row(float[] vectors, int row, int dimension) {
    return Arrays.copyOfRange(vectors, row * dimension, (row + 1) * dimension);
  }

  /** The first rows, one every so many: enough as IVF centroids. */
  public float[] centroids(int count) {
    float[] centroids = new float[count * dimension];
    int step = rows() / count;
    for (int i = 0; i < count; i++) {
      System.arraycopy(values, i * step * dimension, centroids, i * dimension, dimension);
    }
    return centroids;
  }

  /** The k nearest rows, nearest first. */
  public List<Long> nearest(float[] query, int k, Metric metric) {
    double[] distances =
        IntStream.range(0, rows()).mapToDouble(row -> distance(query, row(row), metric)).toArray();
    return IntStream.range(0, rows())
        .boxed()
        .sorted(Comparator.comparingDouble(row -> distances[row]))
        .limit(k)
        .map(Integer::longValue)
        .toList();
  }

  private static double distance(float[] a, float[] b, Metric metric) {
    double squared = 0;
    double dot = 0;
    double normA = 0;
    double normB = 0;
    for (int d = 0; d < a.length; d++) {
      squared += (double) (a[d] - b[d]) * (a[d] - b[d]);
      dot += (double) a[d] * b[d];
      normA += (double) a[d] * a[d];
      normB += (double) b[d] * b[d];
    }
    return switch (metric) {
      case L2 -> squared;
      case COSINE -> 1 - dot / Math.sqrt(normA * normB);
      case DOT -> 1 - dot;
    };
  }
}
