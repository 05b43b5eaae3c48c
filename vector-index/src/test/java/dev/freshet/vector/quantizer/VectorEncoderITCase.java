package dev.freshet.vector.quantizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.training.ModelTrainer;
import dev.freshet.vector.training.TrainingSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lance builds a segment with our model: every row must get the same partition and code. */
class VectorEncoderITCase {
  private static final long SEED = 20260102;
  private static final int SPECIAL_ROWS = 50;
  private static final int NULL_ROWS = 5;
  private static final int NON_FINITE_ROWS = 15;

  /** Zero, minus zero, and so small that the squares vanish. */
  private static final int ROWS_WITHOUT_DIRECTION = 15;

  /** So small that one minus the inner product is one, whatever the centroid. */
  private static final int ROWS_TIED_BY_DOT = 10;

  private final Kernels kernels = Kernels.best();

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"3,1,900,7", "17,1,700,16", "128,16,2000,33", "768,96,900,20", "1536,192,600,12"})
  void agreesWithLance(int dimension, int subVectors, int rows, int partitions) throws Exception {
    Random random = new Random(SEED);
    float[] vectors = vectors(random, rows, dimension);
    BitSet valid = new BitSet();
    valid.set(0, rows);
    makeSpecial(vectors, valid, dimension);
    float[] sample = Arrays.copyOfRange(vectors, SPECIAL_ROWS * dimension, vectors.length);
    VectorBatch batch = new VectorBatch(LongStream.range(0, rows).toArray(), vectors, valid, rows);
    try (BufferAllocator allocator = new RootAllocator();
        LanceOracle oracle =
            new LanceOracle(allocator, directory.resolve("d"), vectors, valid, dimension)) {
      for (Metric metric : Metric.values()) {
        for (IndexType type :
            new IndexType[] {IndexType.IVF_FLAT, IndexType.IVF_SQ, IndexType.IVF_PQ}) {
          TrainingSpec spec = new TrainingSpec(type, metric, partitions, subVectors, 8, SEED, 5);
          compare(oracle, trained(spec, sample, dimension), batch);
        }
        if (subVectors % 2 == 0) {
          TrainingSpec spec =
              new TrainingSpec(IndexType.IVF_PQ, metric, partitions, subVectors, 4, SEED, 5);
          compare(oracle, trained(spec, sample, dimension), batch);
        }
      }
    }
  }

  @Test
  void agreesWithLanceWhenDistancesOverflow() throws Exception {
    int dimension = 16;
    Random random = new Random(SEED);
    float[] vectors = vectors(random, 600, dimension);
    BitSet valid = new BitSet();
    valid.set(0, 600);
    makeSpecial(vectors, valid, dimension);
    float[] sample = Arrays.copyOfRange(vectors, SPECIAL_ROWS * dimension, vectors.length);
    for (int row = SPECIAL_ROWS; row < 2 * SPECIAL_ROWS; row++) {
      Arrays.fill(
          vectors,
          row * dimension,
          (row + 1) * dimension,
          row * (row % 2 == 0 ? 0x1p60f : -0x1p100f));
    }
    VectorBatch batch = new VectorBatch(LongStream.range(0, 600).toArray(), vectors, valid, 600);
    try (BufferAllocator allocator = new RootAllocator();
        LanceOracle oracle =
            new LanceOracle(allocator, directory.resolve("d"), vectors, valid, dimension)) {
      for (Metric metric : Metric.values()) {
        for (IndexType type : new IndexType[] {IndexType.IVF_FLAT, IndexType.IVF_PQ}) {
          TrainingSpec spec = new TrainingSpec(type, metric, 9, 2, 8, SEED, 5);
          compare(oracle, trained(spec, sample, dimension), batch);
        }
      }
    }
  }

  /** A trained model with one more centroid, so far away that its partition stays empty. */
  private IvfModel trained(TrainingSpec spec, float[] sample, int dimension) {
    IvfModel model =
        new ModelTrainer(kernels, 1)
            .train(spec, sample.clone(), sample.length / dimension, dimension);
    float[] centroids = Arrays.copyOf(model.centroids(), model.centroids().length + dimension);
    Arrays.fill(
        centroids,
        model.centroids().length,
        centroids.length,
        spec.metric() == Metric.DOT ? 0 : 1e4f);
    return new IvfModel(spec.type(), spec.metric(), dimension, centroids, model.quantizer());
  }

  private void compare(LanceOracle oracle, IvfModel trained, VectorBatch batch) throws Exception {
    LanceSegment theirs = oracle.build(trained, !encodedByInnerProduct(trained));
    IvfModel model =
        theirs.bounds().isPresent() ? withQuantizer(trained, theirs.bounds().get()) : trained;
    EncodedVectors ours = new VectorEncoder(model, kernels).encode(batch);
    String what =
        String.join(
            " ",
            model.type().name(),
            model.metric().name(),
            "dimension",
            String.valueOf(model.dimension()),
            model.quantizer().describe(),
            "seed",
            String.valueOf(SEED));
    int zero = model.metric() == Metric.COSINE ? ROWS_WITHOUT_DIRECTION : 0;
    assertThat(LongStream.of(ours.block().rowIds()).boxed())
        .as(what)
        .containsExactlyInAnyOrderElementsOf(theirs.rows().keySet());
    assertThat(ours.skippedNull()).as(what).isEqualTo(NULL_ROWS);
    assertThat(ours.skippedNonFinite()).as(what).isEqualTo(NON_FINITE_ROWS + zero);
    Comparison comparison = new Comparison(model, batch);
    for (int i = 0; i < ours.block().rows(); i++) {
      comparison.compare(ours.block(), i, theirs.rows().get(ours.block().rowIds()[i]));
    }
    assertThat(comparison.wrong()).as(what).isEmpty();
    int tied = model.metric() == Metric.DOT ? ROWS_TIED_BY_DOT : 0;
    assertThat(comparison.ties())
        .as("ties of %s", what)
        .isLessThanOrEqualTo(tied + comparison.compared() / 100);
  }

  /**
   * Lance encodes by the largest inner product, not by L2, when it builds PQ for the inner product
   * by fragments with a given codebook; its ordinary build does not, and is what we follow.
   */
  private static boolean encodedByInnerProduct(IvfModel model) {
    return model.type() == IndexType.IVF_PQ && model.metric() == Metric.DOT;
  }

  private static IvfModel withQuantizer(IvfModel model, Quantizer quantizer) {
    return new IvfModel(
        model.type(), model.metric(), model.dimension(), model.centroids(), quantizer);
  }

  private static float[] vectors(Random random, int rows, int dimension) {
    float[] vectors = new float[rows * dimension];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextGaussian() + 0.3f;
    }
    return vectors;
  }

  private static void makeSpecial(float[] vectors, BitSet valid, int dimension) {
    for (int row = 0; row < SPECIAL_ROWS; row++) {
      int at = row * dimension;
      switch (row / 5) {
        case 0 -> valid.clear(row);
        case 1 -> vectors[at + row % dimension] = Float.NaN;
        case 2 -> vectors[at + row % dimension] = Float.POSITIVE_INFINITY;
        case 3 -> vectors[at + row % dimension] = Float.NEGATIVE_INFINITY;
        case 4 -> Arrays.fill(vectors, at, at + dimension, 0f);
        case 5 -> System.arraycopy(vectors, 100 * dimension, vectors, at, dimension);
        case 6 -> Arrays.fill(vectors, at, at + dimension, row * 1e-25f);
        case 7 -> Arrays.fill(vectors, at, at + dimension, row * 1e-18f);
        case 8 -> Arrays.fill(vectors, at, at + dimension, row * 0.1f);
        default -> Arrays.fill(vectors, at, at + dimension, -0f);
      }
    }
  }
}
