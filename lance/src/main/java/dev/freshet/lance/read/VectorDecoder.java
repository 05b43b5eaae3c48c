package dev.freshet.lance.read;

import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.vector.quantizer.VectorBatch;
import java.nio.ByteOrder;
import java.util.BitSet;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Copies Arrow batches of row ids and vectors to Java arrays, as float32. */
final class VectorDecoder {

  private static final String ROW_ID = "_rowid";

  private VectorDecoder() {}

  /** The batch in arrays of its own. */
  static VectorBatch decode(VectorSchemaRoot batch, VectorColumn column) {
    return decode(batch, column, new float[0]);
  }

  /**
   * The batch, its vectors in an array that is used again.
   *
   * @param reused taken if it is large enough, else there is a new one
   */
  static VectorBatch decode(VectorSchemaRoot batch, VectorColumn column, float[] reused) {
    int rows = batch.getRowCount();
    long[] rowIds = new long[rows];
    UInt8Vector ids = (UInt8Vector) batch.getVector(ROW_ID);
    bytes(ids.getDataBuffer(), (long) rows * Long.BYTES).asLongBuffer().get(rowIds);
    return new VectorBatch(
        rowIds, floats(batch, column, reused), valid(batch.getVector(column.name()), column), rows);
  }

  /** The vectors of a batch, row-major; what a null holds is not said. */
  private static float[] floats(VectorSchemaRoot batch, VectorColumn column, float[] reused) {
    FieldVector elements = ((FixedSizeListVector) batch.getVector(column.name())).getDataVector();
    int count = Math.multiplyExact(batch.getRowCount(), column.dimension());
    float[] floats = reused.length >= count ? reused : new float[count];
    ArrowBuf data = elements.getDataBuffer();
    switch (((ArrowType.FloatingPoint) elements.getField().getType()).getPrecision()) {
      case SINGLE -> bytes(data, (long) count * Float.BYTES).asFloatBuffer().get(floats, 0, count);
      case HALF -> {
        for (int i = 0; i < count; i++) {
          floats[i] = Float16.toFloat(data.getShort((long) i * Short.BYTES));
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < count; i++) {
          floats[i] = (float) data.getDouble((long) i * Double.BYTES);
        }
      }
    }
    return floats;
  }

  private static BitSet valid(FieldVector vectors, VectorColumn column) {
    int rows = vectors.getValueCount();
    BitSet valid = new BitSet(rows);
    valid.set(0, rows);
    if (vectors.getNullCount() > 0) {
      for (int row = 0; row < rows; row++) {
        valid.set(row, !vectors.isNull(row));
      }
    }
    FieldVector elements = ((FixedSizeListVector) vectors).getDataVector();
    if (elements.getNullCount() > 0) {
      for (int i = 0; i < rows * column.dimension(); i++) {
        if (elements.isNull(i)) {
          valid.clear(i / column.dimension());
        }
      }
    }
    return valid;
  }

  private static java.nio.ByteBuffer bytes(ArrowBuf buffer, long length) {
    return buffer.nioBuffer(0, Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
