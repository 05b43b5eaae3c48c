package dev.freshet.vector.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.kernels.PlainKernels;
import java.util.BitSet;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelErrorTest {

  private static final float[] CENTROIDS = {1f, 0f, 0f, 1f};

  @ParameterizedTest
  @EnumSource(names = {"L2", "DOT"})
  void ofPlainTypesIsTheDistanceToTheCentroid(Metric metric) {
    for (Quantizer quantizer :
        new Quantizer[] {new Quantizer.Flat(), new Quantizer.Scalar(-1, 1)}) {
      assertThat(error(metric, quantizer, 1f, 0.5f, 0f, 3f).getAsDouble())
          .isEqualTo((0.25 + 4) / 2);
    }
  }

  @Test
  void underCosineItIsThatOfDirections() {
    double length = Math.sqrt(5);
    double expected = Math.pow(2 / length - 1, 2) + Math.pow(1 / length, 2);
    assertThat(error(Metric.COSINE, new Quantizer.Flat(), 20f, 10f, 0f, 0f).getAsDouble())
        .isCloseTo(expected, within(1e-6));
  }

  /** Entries are whole numbers, so what is lost is what is behind the point. */
  @Test
  void ofProductsItIsWhatTheCodeLoses() {
    float[] eight = new float[512];
    float[] four = new float[32];
    for (int i = 0; i < 512; i++) {
      eight[i] = i % 256;
      four[i % 32] = i % 16;
    }
    double lost = 0.25 * 0.25 + 0.5 * 0.5;
    for (Quantizer pq :
        new Quantizer[] {new Quantizer.Product(2, 8, eight), new Quantizer.Product(2, 4, four)}) {
      assertThat(error(Metric.L2, pq, 9.25f, 3.5f).getAsDouble()).isCloseTo(lost, within(1e-6));
      assertThat(error(Metric.DOT, pq, 9.25f, 3.5f).getAsDouble()).isCloseTo(lost, within(1e-6));
    }
  }

  @Test
  void onlyTheFirstRowsAreLookedAt() {
    IvfModel model = model(Metric.L2, new Quantizer.Flat());
    BitSet valid = new BitSet();
    valid.set(0, 2);
    VectorBatch batch =
        new VectorBatch(new long[] {7, 8}, new float[] {1f, 2f, 9f, 9f, 0f, 0f}, valid, 2);
    EncodedBlock encoded = new VectorEncoder(model, new PlainKernels()).encode(batch).block();
    assertThat(new ModelError(model).of(batch, encoded, 1)).hasValue(2);
    assertThat(new ModelError(model).of(batch, encoded, 9)).hasValue((2 + 145) / 2.0);
  }

  @Test
  void rowsWithoutAVectorDoNotCount() {
    BitSet valid = new BitSet();
    valid.set(0, 3);
    valid.clear(1);
    VectorBatch batch =
        new VectorBatch(
            new long[] {7, 8, 9}, new float[] {1f, 2f, 5f, 5f, Float.NaN, 0f}, valid, 3);
    assertThat(of(Metric.L2, new Quantizer.Flat(), batch)).hasValue(2);
    valid.clear(0);
    assertThat(of(Metric.L2, new Quantizer.Flat(), batch)).isEmpty();
    assertThat(error(Metric.L2, new Quantizer.Flat())).isEmpty();
  }

  private static OptionalDouble error(Metric metric, Quantizer quantizer, float... vectors) {
    int rows = vectors.length / 2;
    long[] ids = new long[rows];
    for (int row = 0; row < rows; row++) {
      ids[row] = 100 + row;
    }
    BitSet valid = new BitSet();
    valid.set(0, rows);
    return of(metric, quantizer, new VectorBatch(ids, vectors, valid, rows));
  }

  private static OptionalDouble of(Metric metric, Quantizer quantizer, VectorBatch batch) {
    return ModelError.of(model(metric, quantizer), new PlainKernels(), batch);
  }

  private static IvfModel model(Metric metric, Quantizer quantizer) {
    return new IvfModel(IndexType.IVF_PQ, metric, 2, CENTROIDS, quantizer);
  }
}
