package dev.freshet.vector.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Writes row ids and codes to a local Lance file, in batches of about 1 MiB. */
final class RowFileWriter implements Closeable {
  private static final int BATCH_BYTES = 1 << 20;
  private static final int MAX_BATCH_ROWS = 16384;

  private final CodeColumn column;
  private final int batchRows;
  private final LocalFileWriter file;
  private int filled;

  RowFileWriter(Path path, CodeColumn column, BufferAllocator allocator) throws IOException {
    this.column = column;
    this.batchRows = Math.min(MAX_BATCH_ROWS, 1 + BATCH_BYTES / (column.codeBytes() + Long.BYTES));
    this.file = new LocalFileWriter(path, schema(column), allocator);
    allocate();
  }

  void append(long[] rowIds, byte[] codes, int offset, int rows) throws IOException {
    for (int done = 0; done < rows; ) {
      int copied = Math.min(rows - done, batchRows - filled);
      copy(rowIds, codes, offset + done, copied);
      done += copied;
      filled += copied;
      if (filled == batchRows) {
        flush();
      }
    }
  }

  /** Writes what is left and the file's tail. */
  void finish(Map<String, String> metadata) throws IOException {
    if (filled > 0) {
      flush();
    }
    file.addMetadata(metadata);
    close();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void copy(long[] rowIds, byte[] codes, int offset, int rows) {
    FieldVector ids = rowIds();
    for (int i = 0; i < rows; i++) {
      ids.getDataBuffer().setLong((long) (filled + i) * Long.BYTES, rowIds[offset + i]);
    }
    int codeBytes = column.codeBytes();
    codes()
        .getDataVector()
        .getDataBuffer()
        .setBytes(
            (long) filled * codeBytes,
            codes,
            Math.multiplyExact(offset, codeBytes),
            Math.multiplyExact(rows, codeBytes));
  }

  private void flush() throws IOException {
    file.write(filled);
    filled = 0;
  }

  private void allocate() {
    FieldVector items = codes().getDataVector();
    for (FieldVector vector : List.of(rowIds(), codes(), items)) {
      vector.setInitialCapacity(vector == items ? batchRows * column.items() : batchRows);
      vector.allocateNew();
      vector.getValidityBuffer().setOne(0, vector.getValidityBuffer().capacity());
    }
  }

  private FieldVector rowIds() {
    return file.batch().getVector(0);
  }

  private FixedSizeListVector codes() {
    return (FixedSizeListVector) file.batch().getVector(1);
  }

  private static Schema schema(CodeColumn column) {
    boolean real = column.itemBytes() == Float.BYTES;
    ArrowType item =
        real
            ? new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)
            : new ArrowType.Int(Byte.SIZE, false);
    FieldType list = new FieldType(!real, new ArrowType.FixedSizeList(column.items()), null);
    return LocalFileWriter.schema(
        LocalFileWriter.column(
            SegmentFiles.ROW_ID, FieldType.nullable(new ArrowType.Int(Long.SIZE, false))),
        LocalFileWriter.column(
            column.name(), list, new Field("item", FieldType.nullable(item), List.of())));
  }
}
