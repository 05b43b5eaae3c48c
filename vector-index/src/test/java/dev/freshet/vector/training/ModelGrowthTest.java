package dev.freshet.vector.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.CodeCheck;
import dev.freshet.vector.quantizer.EncodedBlock;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.ModelError;
import dev.freshet.vector.quantizer.VectorBatch;
import dev.freshet.vector.quantizer.VectorEncoder;
import java.util.BitSet;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelGrowthTest {
  private static final long SEED = 20261201;
  private static final int DIMENSION = 32;
  private static final int LATENT = 8;
  private static final int TOPICS = 20;
  private static final int ROWS = 8000;
  private static final int STEP = 1000;
  private static final int ROOM = 10_000;

  private final Random random = new Random(SEED);
  private final Kernels kernels = Kernels.best();
  private float[] topics = gaussian(TOPICS * DIMENSION, 1);
  private final float[] directions = gaussian(LATENT * DIMENSION, 0.1f);

  @ParameterizedTest
  @CsvSource({"IVF_PQ,L2", "IVF_PQ,COSINE", "IVF_SQ,L2", "IVF_FLAT,L2", "IVF_FLAT,COSINE"})
  void newTopicsAreCodedAsWellAsOldOnes(IndexType type, Metric metric) {
    Kept kept = train(type, metric);
    for (int step = 0; step < 5; step++) {
      topics = gaussian(5 * DIMENSION, 1);
      assertThat(kept.error(draw(STEP))).as("seed %d, frozen", SEED).isGreaterThan(2);
      int before = kept.model.partitions();
      kept.follow(draw(STEP), 5);
      assertThat(kept.error(draw(STEP))).as("seed %d, followed", SEED).isLessThan(1.6);
      assertThat(kept.model.partitions() - before).isBetween(5, 80);
    }
  }

  /** A hundred rows of five topics get as few partitions as will do, and the next hundred none. */
  @Test
  void smallAppendsDoNotGrowItOverAndOver() {
    Kept kept = train(IndexType.IVF_PQ, Metric.L2);
    topics = gaussian(5 * DIMENSION, 1);
    for (int append = 0; append < 20; append++) {
      kept.follow(draw(100), 1);
    }
    assertThat(kept.error(draw(STEP))).as("seed %d", SEED).isLessThan(1.8);
    assertThat(kept.grown).isBetween(1, 3);
    assertThat(kept.model.partitions() - 64).isLessThan(30);
  }

  @Test
  void followsTopicsThatWalk() {
    Kept kept = train(IndexType.IVF_PQ, Metric.L2);
    IvfModel frozen = kept.model;
    float[] way = gaussian(topics.length, 0.1f);
    for (int step = 0; step < 20; step++) {
      for (int i = 0; i < topics.length; i++) {
        topics[i] += way[i];
      }
      kept.follow(draw(STEP), 10);
      assertThat(kept.error(draw(STEP))).as("seed %d, step %d", SEED, step).isLessThan(2.3);
    }
    assertThat(kept.error(frozen, draw(STEP))).isGreaterThan(4);
    assertThat(kept.grown).as("not at each step").isLessThan(17);
  }

  @ParameterizedTest
  @CsvSource({"IVF_PQ,L2", "IVF_PQ,COSINE", "IVF_SQ,L2", "IVF_FLAT,DOT"})
  void doesNotGrowWithoutDrift(IndexType type, Metric metric) {
    Kept kept = train(type, metric);
    for (int step = 0; step < 20; step++) {
      kept.follow(draw(STEP), 10);
    }
    assertThat(kept.grown).as("seed %d", SEED).isZero();
  }

  /** Searches find strangers of so little error as they are, in fewer partitions. */
  @Test
  void doesNotGrowForLittle() {
    Kept kept = train(IndexType.IVF_PQ, Metric.L2);
    IvfModel first = kept.model;
    float[] way = gaussian(topics.length, 0.1f);
    while (kept.error(first, draw(STEP)) < 2) {
      for (int i = 0; i < topics.length; i++) {
        topics[i] += way[i];
      }
    }
    VectorBatch rows = draw(STEP);
    assertThat(new ModelGrowth(first, kept.usual, kernels, 1).strangers(rows).rows())
        .as("strangers, seed %d", SEED)
        .isGreaterThan(STEP / 4);
    kept.follow(rows, 10);
    assertThat(kept.grown).isZero();
  }

  /** Vectors that are far from everything, each other too, are no better off with a centroid. */
  @Test
  void doesNotGrowForWhatIsAlone() {
    Kept kept = train(IndexType.IVF_PQ, Metric.L2);
    topics = gaussian(STEP * DIMENSION, 3);
    kept.follow(draw(STEP), 10);
    assertThat(kept.grown).isZero();
  }

  /** Codes under the inner product know no centroids. */
  @Test
  void doesNotGrowWhereCodesWouldBeTheSame() {
    Kept kept = train(IndexType.IVF_PQ, Metric.DOT);
    topics = gaussian(5 * DIMENSION, 3);
    assertThat(kept.error(draw(STEP))).isGreaterThan(2);
    kept.follow(draw(STEP), 5);
    assertThat(kept.grown).isZero();
  }

  @Test
  void fewStrangersAreNotEnough() {
    Kept kept = train(IndexType.IVF_PQ, Metric.L2);
    topics = gaussian(DIMENSION, 1);
    VectorBatch rows = draw(16);
    VectorBatch strange = kept.growth(2).strangers(rows);
    assertThat(strange.rows()).isEqualTo(16);
    assertThat(grow(kept, strange, 2)).isPresent();
    BitSet fifteen = new BitSet();
    fifteen.set(0, 15);
    assertThat(grow(kept, new VectorBatch(strange.rowIds(), strange.vectors(), fifteen, 15), 2))
        .isEmpty();
  }

  @Test
  void growsNoFurtherThanThereIsRoom() {
    Kept kept = train(IndexType.IVF_PQ, Metric.L2);
    topics = gaussian(5 * DIMENSION, 1);
    VectorBatch rows = draw(STEP);
    assertThat(kept.growth(1).grow(rows, 40, 6).orElseThrow().partitions()).isLessThanOrEqualTo(70);
    assertThat(kept.growth(1).grow(rows, 40, 0)).isEmpty();
  }

  @Test
  void growsAlikeOnAnyNumberOfThreads() {
    Kept kept = train(IndexType.IVF_PQ, Metric.L2);
    topics = gaussian(5 * DIMENSION, 1);
    VectorBatch rows = draw(STEP);
    assertThat(grow(kept, rows, 1).orElseThrow().id())
        .isEqualTo(grow(kept, rows, 3).orElseThrow().id());
  }

  /** What was encoded before is neither moved nor encoded again. */
  @ParameterizedTest
  @CsvSource({"IVF_PQ,L2", "IVF_PQ,COSINE", "IVF_SQ,L2", "IVF_FLAT,L2"})
  void codesOfTheModelAreCodesOfTheGrownOne(IndexType type, Metric metric) {
    Kept kept = train(type, metric);
    IvfModel before = kept.model;
    VectorBatch old = draw(STEP);
    EncodedBlock codes = new VectorEncoder(before, kernels).encode(old).block();
    topics = gaussian(5 * DIMENSION, 1);
    kept.follow(draw(STEP), 5);

    assertThat(kept.model.hasGrownFrom(before)).isTrue();
    assertThat(before.hasGrownFrom(kept.model)).isFalse();
    assertThat(new CodeCheck(kept.model, kernels).check(old, codes.partitions(), codes.codes()))
        .doesNotContain(CodeCheck.Verdict.STALE);
  }

  private Optional<IvfModel> grow(Kept kept, VectorBatch rows, int parallelism) {
    return kept.growth(parallelism).grow(rows, 5, ROOM);
  }

  /** A model that is kept for a stream of rows. */
  private final class Kept {
    private IvfModel model;
    private final double usual;
    private int grown;

    private Kept(IvfModel model, VectorBatch sample) {
      this.model = model;
      this.usual = ModelError.of(model, kernels, sample).orElseThrow();
    }

    void follow(VectorBatch rows, int least) {
      ModelGrowth growth = growth(2);
      Optional<IvfModel> next = growth.grow(growth.strangers(rows), least, ROOM);
      grown += next.isPresent() ? 1 : 0;
      model = next.orElse(model);
    }

    ModelGrowth growth(int parallelism) {
      return new ModelGrowth(model, usual, kernels, parallelism);
    }

    double error(VectorBatch rows) {
      return error(model, rows);
    }

    double error(IvfModel of, VectorBatch rows) {
      return ModelError.of(of, kernels, rows).orElseThrow() / usual;
    }
  }

  private Kept train(IndexType type, Metric metric) {
    TrainingSpec spec = new TrainingSpec(type, metric, 64, 4, 8, SEED, 20);
    IvfModel model =
        new ModelTrainer(kernels, 2).train(spec, draw(ROWS).vectors(), ROWS, DIMENSION);
    return new Kept(model, draw(STEP));
  }

  private VectorBatch draw(int rows) {
    float[] vectors = new float[rows * DIMENSION];
    for (int row = 0; row < rows; row++) {
      int topic = random.nextInt(topics.length / DIMENSION) * DIMENSION;
      for (int latent = 0; latent < LATENT; latent++) {
        float along = (float) random.nextGaussian();
        for (int d = 0; d < DIMENSION; d++) {
          vectors[row * DIMENSION + d] += along * directions[latent * DIMENSION + d];
        }
      }
      for (int d = 0; d < DIMENSION; d++) {
        vectors[row * DIMENSION + d] += topics[topic + d] + 0.1f * (float) random.nextGaussian();
      }
    }
    BitSet valid = new BitSet();
    valid.set(0, rows);
    return new VectorBatch(LongStream.range(0, rows).toArray(), vectors, valid, rows);
  }

  private float[] gaussian(int count, float deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = deviation * (float) random.nextGaussian();
    }
    return values;
  }
}
