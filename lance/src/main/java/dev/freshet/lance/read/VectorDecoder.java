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
    int rows = batch.getRowCount();
    long[] rowIds = new long[rows];
    float[] vectors = new float[Math.multiplyExact(rows, column.dimension())];
    BitSet valid = new BitSet(rows);
    decode(batch, column, new VectorBatch(rowIds, vectors, valid, rows), 0);
    return new VectorBatch(rowIds, vectors, valid, rows);
  }

  /** Copies the batch into the arrays of a larger one, as its rows from {@code at} on. */
  static void decode(VectorSchemaRoot batch, VectorColumn column, VectorBatch to, int at) {
    int rows = batch.getRowCount();
    UInt8Vector ids = (UInt8Vector) batch.getVector(ROW_ID);
    bytes(ids.getDataBuffer(), (long) rows * Long.BYTES).asLongBuffer().get(to.rowIds(), at, rows);
    FixedSizeListVector vectors = (FixedSizeListVector) batch.getVector(column.name());
    int values = Math.multiplyExact(rows, column.dimension());
    floats(vectors.getDataVector(), values, to.vectors(), at * column.dimension());
    valid(vectors, column.dimension(), to.valid(), at);
  }

  /** Copies the vectors, row-major; what a null holds is not said. */
  private static void floats(FieldVector elements, int count, float[] floats, int at) {
    ArrowBuf data = elements.getDataBuffer();
    switch (((ArrowType.FloatingPoint) elements.getField().getType()).getPrecision()) {
      case SINGLE -> bytes(data, (long) count * Float.BYTES).asFloatBuffer().get(floats, at, count);
      case HALF -> {
        for (int i = 0; i < count; i++) {
          floats[at + i] = Float16.toFloat(data.getShort((long) i * Short.BYTES));
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < count; i++) {
          floats[at + i] = (float) data.getDouble((long) i * Double.BYTES);
        }
      }
    }
  }

  private static void valid(FixedSizeListVector vectors, int dimension, BitSet valid, int at) {
    int rows = vectors.getValueCount();
    valid.set(at, at + rows);
    if (vectors.getNullCount() > 0) {
      for (int row = 0; row < rows; row++) {
        valid.set(at + row, !vectors.isNull(row));
      }
    }
    FieldVector elements = vectors.getDataVector();
    if (elements.getNullCount() > 0) {
      for (int i = 0; i < rows * dimension; i++) {
        if (elements.isNull(i)) {
          valid.clear(at + i / dimension);
        }
      }
    }
  }

  private static java.nio.ByteBuffer bytes(ArrowBuf buffer, long length) {
    return buffer.nioBuffer(0, Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
