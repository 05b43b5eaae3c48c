package dev.freshet.vector.quantizer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.lance.file.LanceFileReader;

/**
 * What a segment of Lance's says about each row.
 *
 * @param rows partition and code by row id
 * @param bounds lower and upper bound of SQ
 */
record LanceSegment(Map<Long, Row> rows, Optional<Quantizer.Scalar> bounds) {
  private static final Pattern BOUNDS =
      Pattern.compile("\"start\\\\?\":([^,]+),\\\\?\"end\\\\?\":([^}]+)}");
  private static final int FOOTER_BYTES = 40;

  /** Partition and code of one row. */
  @SuppressWarnings("ArrayRecordComponent") // compared element by element
  record Row(int partition, byte[] code) {}

  @SuppressWarnings("try") // Lance's reader declares that closing it throws anything
  static LanceSegment read(BufferAllocator allocator, Path directory) throws Exception {
    Path file = directory.resolve("auxiliary.idx");
    int[] lengths = partitionLengths(Files.readAllBytes(file));
    List<Long> rowIds = new ArrayList<>();
    ByteArrayOutputStream codes = new ByteArrayOutputStream();
    try (LanceFileReader reader = LanceFileReader.open(file.toString(), allocator)) {
      try (ArrowReader batches = reader.readAll(null, null, 1024)) {
        while (batches.loadNextBatch()) {
          readBatch(batches.getVectorSchemaRoot(), rowIds, codes);
        }
      }
      String metadata = reader.schema().getCustomMetadata().toString();
      boolean transposed = metadata.contains("transposed\\\":true");
      return new LanceSegment(
          rows(rowIds, lengths, codes.toByteArray(), transposed), bounds(metadata));
    }
  }

  private static Optional<Quantizer.Scalar> bounds(String metadata) {
    Matcher matcher = BOUNDS.matcher(metadata);
    return matcher.find()
        ? Optional.of(
            new Quantizer.Scalar(
                Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2))))
        : Optional.empty();
  }

  private static void readBatch(
      VectorSchemaRoot root, List<Long> rowIds, ByteArrayOutputStream codes) {
    UInt8Vector ids = (UInt8Vector) root.getVector("_rowid");
    for (int i = 0; i < root.getRowCount(); i++) {
      rowIds.add(ids.get(i));
    }
    for (FieldVector vector : root.getFieldVectors()) {
      if (vector instanceof FixedSizeListVector list) {
        BaseFixedWidthVector items = (BaseFixedWidthVector) list.getDataVector();
        byte[] batch = new byte[root.getRowCount() * list.getListSize() * items.getTypeWidth()];
        items.getDataBuffer().getBytes(0, batch);
        codes.writeBytes(batch);
      }
    }
  }

  /** Transposed codes lie as [codeBytes][rows] within each partition. */
  private static Map<Long, Row> rows(
      List<Long> rowIds, int[] lengths, byte[] codes, boolean transposed) {
    int codeBytes = codes.length / rowIds.size();
    Map<Long, Row> rows = new HashMap<>();
    int first = 0;
    for (int partition = 0; partition < lengths.length; partition++) {
      int length = lengths[partition];
      for (int i = 0; i < length; i++) {
        byte[] code = new byte[codeBytes];
        for (int b = 0; b < codeBytes; b++) {
          int at = transposed ? b * length + i : i * codeBytes + b;
          code[b] = codes[first * codeBytes + at];
        }
        rows.put(rowIds.get(first + i), new Row(partition, code));
      }
      first += length;
    }
    if (first != rowIds.size() || rows.size() != first) {
      throw new IllegalStateException(
          "The partitions have " + first + " rows, the file " + rowIds.size());
    }
    return rows;
  }

  /** Field 3, packed, of the message {@code IVF} in global buffer 1. */
  private static int[] partitionLengths(byte[] file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int bufferTable = (int) bytes.getLong(file.length - FOOTER_BYTES + 2 * Long.BYTES);
    int position = (int) bytes.getLong(bufferTable + 2 * Long.BYTES);
    int length = (int) bytes.getLong(bufferTable + 3 * Long.BYTES);
    ByteBuffer message = bytes.slice(position, length);
    while (message.hasRemaining()) {
      int tag = (int) varint(message);
      int end = fieldEnd(message, tag);
      if (tag == (3 << 3 | 2)) {
        int[] lengths = new int[end - message.position()];
        int count = 0;
        while (message.position() < end) {
          lengths[count++] = (int) varint(message);
        }
        return Arrays.copyOf(lengths, count);
      }
      message.position(end);
    }
    throw new IOException("No partition lengths in the IVF message");
  }

  private static int fieldEnd(ByteBuffer message, int tag) throws IOException {
    return switch (tag & 7) {
      case 1 -> message.position() + Long.BYTES;
      case 2 -> {
        int length = (int) varint(message);
        yield message.position() + length;
      }
      case 5 -> message.position() + Integer.BYTES;
      default -> throw new IOException("Unexpected protobuf tag " + tag);
    };
  }

  private static long varint(ByteBuffer message) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = message.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
