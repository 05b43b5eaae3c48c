package dev.freshet.vector.format;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.EncodedBlock;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Random models and rows for tests, and whole segments read back. */
public final class Segments {

  private Segments() {}

  /** A row of a segment; {@code code} is compared by content. */
  public record Row(int partition, long rowId, List<Byte> code) {}

  /** A random model; PQ takes one sub-vector for each value, or pairs of values. */
  public static IvfModel randomModel(
      IndexType type, Metric metric, int dimension, int partitions, Random random) {
    Quantizer quantizer =
        switch (type) {
          case IVF_FLAT -> new Quantizer.Flat();
          case IVF_SQ -> new Quantizer.Scalar(-1.25f - random.nextFloat(), 3.0e-7f);
          default -> {
            int subVectors = dimension % 8 == 0 ? dimension / 8 : dimension;
            yield new Quantizer.Product(subVectors, 8, floats(dimension << 8, random));
          }
        };
    return new IvfModel(type, metric, dimension, floats(partitions * dimension, random), quantizer);
  }

  public static float[] floats(int count, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Random codes for rows of ascending ids, as a fragment's scan yields them. */
  public static EncodedBlock randomBlock(IvfModel model, int fragment, int rows, Random random) {
    long[] rowIds = new long[rows];
    int[] partitions = new int[rows];
    for (int i = 0; i < rows; i++) {
      rowIds[i] = ((long) fragment << Integer.SIZE) | i;
      partitions[i] = random.nextInt(model.partitions());
    }
    byte[] codes = new byte[rows * model.codeBytes()];
    random.nextBytes(codes);
    if (model.quantizer() instanceof Quantizer.Flat) {
      ByteBuffer.wrap(codes)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .put(floats(rows * model.dimension(), random));
    }
    return new EncodedBlock(rowIds, partitions, codes);
  }

  /** The blocks' rows as a segment holds them: sorted by partition, else in order. */
  public static List<Row> expectedRows(IvfModel model, List<EncodedBlock> blocks) {
    List<Row> rows = new ArrayList<>();
    for (EncodedBlock block : blocks) {
      for (int i = 0; i < block.rows(); i++) {
        rows.add(
            row(block.partitions()[i], block.rowIds()[i], block.codes(), i, model.codeBytes()));
      }
    }
    rows.sort((a, b) -> Integer.compare(a.partition(), b.partition())); // stable
    return rows;
  }

  /** Every row of a segment, in its order. */
  public static List<Row> readRows(IndexStorage storage, UUID segment) throws IOException {
    SegmentReader reader = SegmentReader.open(storage, segment);
    PartitionCursor cursor = reader.cursor(Runnable::run);
    List<Row> rows = new ArrayList<>();
    while (cursor.next()) {
      for (int i = 0; i < cursor.rows(); i++) {
        rows.add(
            row(
                cursor.partition(),
                cursor.rowIds()[i],
                cursor.codes(),
                i,
                reader.model().codeBytes()));
      }
    }
    return rows;
  }

  private static Row row(int partition, long rowId, byte[] codes, int index, int codeBytes) {
    byte[] code = Arrays.copyOfRange(codes, index * codeBytes, (index + 1) * codeBytes);
    List<Byte> boxed = new ArrayList<>(codeBytes);
    for (byte b : code) {
      boxed.add(b);
    }
    return new Row(partition, rowId, boxed);
  }
}
