package dev.freshet.vector.quantizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.CodeCheck.Verdict;
import dev.freshet.vector.training.ModelTrainer;
import dev.freshet.vector.training.TrainingSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Codes that Lance made itself, which are right, and what becomes wrong of them. */
class CodeCheckTest {
  private static final long SEED = 31;
  private static final int ROWS = 3000;
  private static final int DIMENSION = 16;

  @TempDir private Path directory;
  private final Kernels kernels = Kernels.best();
  private final Random random = new Random(SEED);

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of(IndexType.IVF_FLAT, Metric.L2, 8),
        Arguments.of(IndexType.IVF_FLAT, Metric.COSINE, 8),
        Arguments.of(IndexType.IVF_FLAT, Metric.DOT, 8),
        Arguments.of(IndexType.IVF_SQ, Metric.L2, 8),
        Arguments.of(IndexType.IVF_SQ, Metric.COSINE, 8),
        Arguments.of(IndexType.IVF_PQ, Metric.L2, 8),
        Arguments.of(IndexType.IVF_PQ, Metric.COSINE, 8),
        Arguments.of(IndexType.IVF_PQ, Metric.DOT, 8),
        Arguments.of(IndexType.IVF_PQ, Metric.L2, 4),
        Arguments.of(IndexType.IVF_PQ, Metric.COSINE, 4));
  }

  @ParameterizedTest
  @MethodSource("models")
  void lancesOwnCodesAreRightAndThoseOfOtherVectorsAreNot(IndexType type, Metric metric, int bits)
      throws Exception {
    float[] vectors = vectors(metric);
    VectorBatch rows = batch(vectors);
    for (boolean byFragments : new boolean[] {true, false}) {
      Stored stored = stored(type, metric, bits, vectors, byFragments);
      CodeCheck check = new CodeCheck(stored.model(), kernels);
      assertThat(check.check(rows, stored.partitions(), stored.codes()))
          .as("seed %d", SEED)
          .containsOnly(Verdict.RIGHT);

      float[] changed = vectors.clone();
      float[] others = vectors(metric);
      System.arraycopy(others, 0, changed, 700 * DIMENSION, 20 * DIMENSION);
      Verdict[] verdicts = check.check(batch(changed), stored.partitions(), stored.codes());
      for (int row = 0; row < ROWS; row++) {
        boolean right = row < 700 || row >= 720;
        assertThat(verdicts[row])
            .as("row %d, seed %d", row, SEED)
            .isEqualTo(right ? Verdict.RIGHT : Verdict.STALE);
      }
    }
  }

  /** Right codes of the residual to another partition's centroid. */
  @ParameterizedTest
  @MethodSource("models")
  void aCodeThatFitsItsPartitionIsMisplacedAtMost(IndexType type, Metric metric, int bits)
      throws Exception {
    float[] vectors = vectors(metric);
    Stored stored = stored(type, metric, bits, vectors, false);
    IvfModel model = stored.model();
    int[] others =
        IntStream.of(stored.partitions()).map(one -> (one + 1) % model.partitions()).toArray();
    byte[] codes = new byte[ROWS * model.codeBytes()];
    float[] prepared = vectors.clone();
    if (metric == Metric.COSINE) {
      VectorPreparation.normalize(prepared, 0, ROWS, DIMENSION);
    }
    Encoding.of(model, kernels).encode(prepared, ROWS, others, codes, 0);
    Verdict[] verdicts = new CodeCheck(model, kernels).check(batch(vectors), others, codes);
    assertThat(verdicts).doesNotContain(Verdict.STALE);
    assertThat(Stream.of(verdicts).filter(Verdict.MISPLACED::equals)) // a few lie in the middle
        .hasSizeGreaterThan(ROWS * 99 / 100);
    if (type == IndexType.IVF_PQ && Residuals.used(metric)) {
      Verdict[] moved = new CodeCheck(model, kernels).check(batch(vectors), others, stored.codes());
      assertThat(Stream.of(moved).filter(Verdict.STALE::equals)) // a coarse code may fit both
          .as("codes of another residual, seed %d", SEED)
          .hasSizeGreaterThan(ROWS / 2);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aRowWithoutAVectorHasNoRightCode(IndexType type, Metric metric, int bits) throws Exception {
    float[] vectors = vectors(metric);
    Stored stored = stored(type, metric, bits, vectors, false);
    float[] changed = vectors.clone();
    changed[3] = Float.NaN;
    changed[DIMENSION] = Float.NEGATIVE_INFINITY;
    if (metric == Metric.COSINE) {
      Arrays.fill(changed, 2 * DIMENSION, 3 * DIMENSION, 0f);
    }
    VectorBatch present = batch(changed);
    present.valid().clear(3);
    Verdict[] verdicts =
        new CodeCheck(stored.model(), kernels).check(present, stored.partitions(), stored.codes());
    Verdict zero = metric == Metric.COSINE ? Verdict.STALE : Verdict.RIGHT;
    assertThat(verdicts).startsWith(Verdict.STALE, Verdict.STALE, zero, Verdict.STALE);
    assertThat(Arrays.copyOfRange(verdicts, 4, ROWS)).containsOnly(Verdict.RIGHT);
  }

  /** A segment of Lance's own, row by row. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Stored(IvfModel model, int[] partitions, byte[] codes) {}

  private Stored stored(
      IndexType type, Metric metric, int bits, float[] vectors, boolean byFragments)
      throws Exception {
    TrainingSpec spec = new TrainingSpec(type, metric, 7, 4, bits, SEED, 5);
    IvfModel trained = new ModelTrainer(kernels, 1).train(spec, vectors.clone(), ROWS, DIMENSION);
    BitSet all = new BitSet();
    all.set(0, ROWS);
    Path table = directory.resolve("t" + byFragments);
    try (BufferAllocator allocator = new RootAllocator();
        LanceOracle oracle = new LanceOracle(allocator, table, vectors, all, DIMENSION)) {
      LanceSegment segment = oracle.build(trained, byFragments);
      IvfModel model =
          new IvfModel(
              type,
              metric,
              DIMENSION,
              trained.centroids(),
              segment.bounds().isPresent() ? segment.bounds().get() : trained.quantizer());
      int[] partitions = new int[ROWS];
      byte[] codes = new byte[ROWS * model.codeBytes()];
      segment
          .rows()
          .forEach(
              (id, row) -> {
                partitions[id.intValue()] = row.partition();
                int bytes = model.codeBytes();
                System.arraycopy(row.code(), 0, codes, id.intValue() * bytes, bytes);
              });
      return new Stored(model, partitions, codes);
    }
  }

  private float[] vectors(Metric metric) {
    float[] vectors = new float[ROWS * DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextGaussian() + (metric == Metric.DOT ? 0 : 3);
    }
    return vectors;
  }

  private static VectorBatch batch(float[] vectors) {
    BitSet valid = new BitSet();
    valid.set(0, ROWS);
    return new VectorBatch(LongStream.range(0, ROWS).toArray(), vectors, valid, ROWS);
  }
}
