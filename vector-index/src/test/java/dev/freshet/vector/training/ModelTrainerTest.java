package dev.freshet.vector.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.kernels.Distance;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelTrainerTest {
  private static final long SEED = 20260103;
  private static final int DIMENSION = 16;

  private final Kernels kernels = Kernels.best();

  @ParameterizedTest
  @EnumSource(IndexType.class)
  void trainsWhatEachTypeNeeds(IndexType type) {
    float[] sample = clusters(new Random(SEED), 4000, 10, 0.3f);
    for (Metric metric : Metric.values()) {
      IvfModel model = trainer(2).train(spec(type, metric, 10), sample.clone(), 4000, DIMENSION);
      assertThat(model.type()).isEqualTo(type);
      assertThat(model.metric()).isEqualTo(metric);
      assertThat(model.partitions()).isEqualTo(10);
      Class<? extends Quantizer> quantizer =
          switch (type.training()) {
            case NONE -> Quantizer.Flat.class;
            case BOUNDS -> Quantizer.Scalar.class;
            case CODEBOOK -> Quantizer.Product.class;
            case LEFT_TO_LANCE -> Quantizer.BuiltByLance.class;
          };
      assertThat(model.quantizer()).isInstanceOf(quantizer);
    }
  }

  @Test
  void givesTheSameModelOnAnyNumberOfThreads() {
    float[] sample = clusters(new Random(SEED), 3000, 30, 1f);
    for (Metric metric : Metric.values()) {
      TrainingSpec spec = spec(IndexType.IVF_PQ, metric, 40);
      String one = trainer(1).train(spec, sample.clone(), 3000, DIMENSION).id();
      assertThat(trainer(3).train(spec, sample.clone(), 3000, DIMENSION).id()).isEqualTo(one);
      TrainingSpec other = new TrainingSpec(IndexType.IVF_PQ, metric, 40, 2, 8, SEED + 1, 20);
      assertThat(trainer(1).train(other, sample.clone(), 3000, DIMENSION).id()).isNotEqualTo(one);
    }
  }

  @Test
  void leavesNoPartitionEmptyAndLosesLittle() {
    int rows = 6000;
    float[] sample = clusters(new Random(SEED), rows, 50, 0.05f);
    IvfModel model =
        trainer(2).train(spec(IndexType.IVF_FLAT, Metric.L2, 100), sample.clone(), rows, DIMENSION);
    int[] nearest = new int[rows];
    kernels
        .nearestCentroid(model.centroids(), DIMENSION, Distance.SQUARED_L2)
        .assign(sample, 0, rows, nearest);
    assertThat(IntStream.of(nearest).distinct().count()).as("seed " + SEED).isGreaterThan(95);
    double loss = 0;
    double variance = 0;
    for (int i = 0; i < rows * DIMENSION; i++) {
      double centroid = model.centroids()[nearest[i / DIMENSION] * DIMENSION + i % DIMENSION];
      loss += (sample[i] - centroid) * (sample[i] - centroid);
      variance += sample[i] * sample[i];
    }
    assertThat(loss / variance).as("seed " + SEED).isLessThan(0.1);
  }

  @Test
  void leavesOutRowsThatAreNotFinite() {
    float[] sample = clusters(new Random(SEED), 500, 5, 0.1f);
    sample[3] = Float.NaN;
    sample[7 * DIMENSION] = Float.NEGATIVE_INFINITY;
    float greatest = Float.NEGATIVE_INFINITY;
    for (int i = DIMENSION; i < sample.length; i++) {
      greatest = Math.max(greatest, sample[i]);
    }
    IvfModel model =
        trainer(1).train(spec(IndexType.IVF_SQ, Metric.L2, 5), sample.clone(), 500, DIMENSION);
    for (float value : model.centroids()) {
      assertThat(value).isFinite();
    }
    assertThat(((Quantizer.Scalar) model.quantizer()).upper()).isEqualTo(greatest);
  }

  /** One row of any finite kind among ordinary ones changes a model by its absence at most. */
  @ParameterizedTest
  @EnumSource(IndexType.class)
  void doesNotDependOnARowOutOfAllProportion(IndexType type) {
    float[] ordinary = clusters(new Random(SEED), 1000, 10, 0.3f);
    for (float value : new float[] {1e25f, Float.MAX_VALUE, 1e18f, 1e10f, 5e3f}) {
      float[] mixed = ordinary.clone();
      Arrays.fill(mixed, 3 * DIMENSION, 4 * DIMENSION, value);
      mixed[3 * DIMENSION] = -value;
      float[] without = ordinary.clone();
      without[3 * DIMENSION] = Float.NaN;
      for (Metric metric : new Metric[] {Metric.L2, Metric.DOT}) {
        TrainingSpec spec = spec(type, metric, 10);
        assertThat(trainer(1).train(spec, mixed.clone(), 1000, DIMENSION).id())
            .as("%s %s %s seed %s", type, metric, value, SEED)
            .isEqualTo(trainer(1).train(spec, without.clone(), 1000, DIMENSION).id());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(IndexType.class)
  void trainsOnWhateverIsFinite(IndexType type) {
    float[] scales = {1e25f, Float.MAX_VALUE, 1e-30f, Float.MIN_VALUE, 0f, 1e18f};
    for (float scale : scales) {
      float[] sample = clusters(new Random(SEED), 900, 10, 0.3f);
      for (int i = 300 * DIMENSION; i < 600 * DIMENSION; i++) {
        sample[i] = i % 2 == 0 ? scale : -scale;
      }
      for (Metric metric : Metric.values()) {
        IvfModel model = trainer(1).train(spec(type, metric, 10), sample.clone(), 900, DIMENSION);
        for (float value : model.centroids()) {
          assertThat(value).as("%s %s %s", type, metric, scale).isFinite();
        }
        if (model.quantizer() instanceof Quantizer.Product pq) {
          for (float value : pq.codebook()) {
            assertThat(value).as("%s %s %s", type, metric, scale).isFinite();
          }
        }
      }
    }
  }

  /** The values of 1 row in 100 would leave the others 2 of 256 codes. */
  @Test
  void boundsAreThoseOfTheRowsInProportion() {
    float[] sample = clusters(new Random(SEED), 1000, 10, 0.3f);
    float usual = 0;
    for (float value : sample) {
      usual = Math.max(usual, Math.abs(value));
    }
    for (int row = 0; row < 1000; row += 125) {
      sample[row * DIMENSION] = 50 * usual;
    }
    for (Metric metric : new Metric[] {Metric.L2, Metric.DOT}) {
      Quantizer.Scalar bounds =
          (Quantizer.Scalar)
              trainer(1)
                  .train(spec(IndexType.IVF_SQ, metric, 10), sample.clone(), 1000, DIMENSION)
                  .quantizer();
      assertThat(bounds.upper()).isBetween(usual / 2.0, (double) usual);
    }
  }

  /** Where hardly any row is left, the rows out of proportion are taken too. */
  @Test
  void trainsOnFewRowsWhateverTheirProportion() {
    float[] sample = clusters(new Random(SEED), 256, 5, 0.1f);
    Arrays.fill(sample, 0, DIMENSION, 1e15f);
    IvfModel model =
        trainer(1).train(spec(IndexType.IVF_PQ, Metric.L2, 4), sample.clone(), 256, DIMENSION);
    assertThat(model.partitions()).isEqualTo(4);
  }

  @Test
  void boundsOfCosineAreThoseOfNormalisedVectors() {
    float[] sample = clusters(new Random(SEED), 500, 5, 0.1f);
    IvfModel model =
        trainer(1).train(spec(IndexType.IVF_SQ, Metric.COSINE, 5), sample.clone(), 500, DIMENSION);
    assertThat(((Quantizer.Scalar) model.quantizer()).upper()).isLessThanOrEqualTo(1.0);
  }

  @Test
  void centroidsForTheInnerProductHaveLengthOne() {
    float[] sample = clusters(new Random(SEED), 500, 5, 0.1f);
    IvfModel model =
        trainer(1).train(spec(IndexType.IVF_FLAT, Metric.DOT, 5), sample.clone(), 500, DIMENSION);
    for (int i = 0; i < 5; i++) {
      double squares = 0;
      for (int d = 0; d < DIMENSION; d++) {
        squares += Math.pow(model.centroids()[i * DIMENSION + d], 2);
      }
      assertThat(squares).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void survivesARowRepeatedForever() {
    float[] sample = new float[300 * DIMENSION];
    Arrays.fill(sample, 2f);
    for (IndexType type : new IndexType[] {IndexType.IVF_PQ, IndexType.IVF_SQ}) {
      for (Metric metric : Metric.values()) {
        IvfModel model = trainer(1).train(spec(type, metric, 3), sample.clone(), 300, DIMENSION);
        for (float value : model.centroids()) {
          assertThat(value).as(type + " " + metric).isFinite();
        }
      }
    }
  }

  @Test
  void saysWhenTheSampleIsTooSmall() {
    float[] sample = clusters(new Random(SEED), 100, 5, 0.1f);
    assertThatThrownBy(
            () ->
                trainer(1)
                    .train(
                        spec(IndexType.IVF_FLAT, Metric.L2, 101), sample.clone(), 100, DIMENSION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Training 101 partitions needs as many finite vectors, but the sample has 100: wait"
                + " for more rows or ask for fewer partitions");
    assertThatThrownBy(
            () ->
                trainer(1)
                    .train(spec(IndexType.IVF_PQ, Metric.L2, 10), sample.clone(), 100, DIMENSION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Training a PQ codebook of 8 bits needs 256 finite vectors, but the sample has 100:"
                + " wait for more rows or ask for 4 bits");
    assertThatThrownBy(
            () ->
                trainer(1)
                    .train(spec(IndexType.IVF_FLAT, Metric.L2, 10), sample.clone(), 101, DIMENSION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1600 floats are too few for 101 vectors of dimension 16");
  }

  @Test
  void rejectsSubVectorsThatDoNotDivide() {
    TrainingSpec spec = new TrainingSpec(IndexType.IVF_PQ, Metric.L2, 2, 3, 8, SEED, 5);
    assertThatThrownBy(() -> trainer(1).train(spec, new float[300 * 16], 300, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dimension 16 is not divisible by 3 sub-vectors");
  }

  private ModelTrainer trainer(int parallelism) {
    return new ModelTrainer(kernels, parallelism);
  }

  private static TrainingSpec spec(IndexType type, Metric metric, int partitions) {
    return new TrainingSpec(type, metric, partitions, 2, 8, SEED, TrainingSpec.DEFAULT_ITERATIONS);
  }

  private static float[] clusters(Random random, int rows, int clusters, float spread) {
    float[] centers = new float[clusters * DIMENSION];
    for (int i = 0; i < centers.length; i++) {
      centers[i] = (float) random.nextGaussian();
    }
    float[] vectors = new float[rows * DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      int cluster = i / DIMENSION % clusters;
      vectors[i] =
          centers[cluster * DIMENSION + i % DIMENSION] + spread * (float) random.nextGaussian();
    }
    return vectors;
  }
}
