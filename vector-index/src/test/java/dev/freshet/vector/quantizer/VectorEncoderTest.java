package dev.freshet.vector.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.kernels.PlainKernels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class VectorEncoderTest {
  private static final float NAN = Float.NaN;
  private static final float[] CENTROIDS = {1f, 0f, 0f, 1f};

  @Test
  void skipsAndCountsNullAndNonFiniteRows() {
    EncodedVectors encoded =
        encoder(Metric.L2, new Quantizer.Flat()).encode(batch(3, 1f, 0f, NAN, 1f, 0f, 2f, 3f, 4f));
    assertThat(encoded.block().rowIds()).containsExactly(100, 102);
    assertThat(encoded.block().partitions()).containsExactly(0, 1);
    assertThat(encoded.skippedNonFinite()).isEqualTo(1);
    assertThat(encoded.skippedNull()).isEqualTo(1);
    assertThat(floats(encoded)).containsExactly(1f, 0f, 0f, 2f);
  }

  @Test
  void normalisesForCosineAndSkipsZeroVectors() {
    EncodedVectors encoded =
        encoder(Metric.COSINE, new Quantizer.Flat())
            .encode(batch(-1, 3f, 4f, 0f, 0f, 8f, 0f, 0f, 5f));
    assertThat(encoded.block().rowIds()).containsExactly(100, 102, 103);
    assertThat(encoded.block().partitions()).containsExactly(1, 0, 1);
    assertThat(encoded.skippedNonFinite()).isEqualTo(1);
    assertThat(floats(encoded)).containsExactly(0.6f, 0.8f, 1f, 0f, 0f, 1f);
  }

  @Test
  void scalesToTheBoundsAndSaturates() {
    EncodedVectors encoded =
        encoder(Metric.L2, new Quantizer.Scalar(-1, 1))
            .encode(batch(-1, -1f, 1f, 0f, 0.999f, -7f, 7f, 0.5f, -0.5f));
    assertThat(encoded.block().codes()).containsExactly(0, 255, 127, 254, 0, 255, 191, 63);
  }

  @Test
  void packsTheFirstOfTwoSubVectorsIntoTheLowBits() {
    float[] codebook = new float[32];
    for (int i = 0; i < 32; i++) {
      codebook[i] = i % 16;
    }
    EncodedVectors encoded =
        encoder(Metric.DOT, new Quantizer.Product(2, 4, codebook))
            .encode(batch(-1, 3f, 9f, 0f, 15f, 15f, 0f, 7.2f, 7.6f));
    assertThat(encoded.block().codes()).containsExactly(0x93, 0xf0, 0x0f, 0x87);
  }

  @Test
  void encodesResidualsExceptForTheInnerProduct() {
    float[] codebook = new float[512];
    for (int i = 0; i < 512; i++) {
      codebook[i] = i % 256;
    }
    Quantizer pq = new Quantizer.Product(2, 8, codebook);
    VectorBatch batch = batch(-1, 200f, 7f, 3f, 90f, 40f, 4f, 5f, 6f);
    assertThat(encoder(Metric.L2, pq).encode(batch).block().codes())
        .containsExactly(199, 7, 3, 89, 39, 4, 5, 5);
    assertThat(encoder(Metric.DOT, pq).encode(batch).block().codes())
        .containsExactly(200, 7, 3, 90, 40, 4, 5, 6);
  }

  @Test
  void encodesMoreRowsThanItsScratchMemoryHolds() {
    int dimension = 2;
    int rows = (1 << 20) / dimension + 3;
    float[] vectors = new float[rows * dimension];
    for (int row = 0; row < rows; row++) {
      vectors[row * dimension + row % 2] = 1f + row;
    }
    BitSet valid = new BitSet();
    valid.set(0, rows);
    EncodedVectors encoded =
        encoder(Metric.DOT, new Quantizer.Flat())
            .encode(new VectorBatch(LongStream.range(0, rows).toArray(), vectors, valid, rows));
    assertThat(encoded.block().rows()).isEqualTo(rows);
    assertThat(floats(encoded)).isEqualTo(vectors);
    for (int row = 0; row < rows; row++) {
      assertThat(encoded.block().partitions()[row]).isEqualTo(row % 2);
    }
  }

  @Test
  void encodesAnEmptyBatch() {
    VectorBatch empty = new VectorBatch(new long[0], new float[0], new BitSet(), 0);
    EncodedVectors encoded = encoder(Metric.L2, new Quantizer.Flat()).encode(empty);
    assertThat(encoded.block().rows()).isZero();
  }

  @Test
  void rejectsABatchOfAnotherDimension() {
    VectorBatch batch = new VectorBatch(new long[3], new float[5], new BitSet(), 3);
    assertThatThrownBy(() -> encoder(Metric.L2, new Quantizer.Flat()).encode(batch))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("5 floats are too few for 3 vectors of dimension 2");
  }

  @Test
  void leavesLancesTypesToLance() {
    assertThatThrownBy(() -> encoder(Metric.L2, new Quantizer.BuiltByLance()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Vectors of type IVF_RQ are encoded by Lance, not by Freshet");
  }

  private static VectorEncoder encoder(Metric metric, Quantizer quantizer) {
    IndexType type =
        quantizer instanceof Quantizer.BuiltByLance ? IndexType.IVF_RQ : IndexType.IVF_PQ;
    return new VectorEncoder(
        new IvfModel(type, metric, 2, CENTROIDS, quantizer), new PlainKernels());
  }

  /** Four rows with ids from 100, one of which may be null. */
  private static VectorBatch batch(int nullAt, float... vectors) {
    BitSet valid = new BitSet();
    valid.set(0, 4);
    if (nullAt >= 0) {
      valid.clear(nullAt);
    }
    return new VectorBatch(new long[] {100, 101, 102, 103}, vectors, valid, 4);
  }

  private static float[] floats(EncodedVectors encoded) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded.block().codes()).order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[encoded.block().codes().length / Float.BYTES];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }
}
