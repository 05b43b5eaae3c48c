package dev.freshet.vector.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lance.file.LanceFileReader;
import org.lance.util.Range;

/** Lance's own file reader over files of every page layout that Freshet writes. */
class LanceReadsSegmentsITCase {

  private static final long SEED = 11;

  @TempDir Path dataset;

  static Stream<Arguments> files() {
    return Stream.of(
            Arguments.of(IndexType.IVF_SQ, 1, 1, 7),
            Arguments.of(IndexType.IVF_SQ, 3, 1023, 12),
            Arguments.of(IndexType.IVF_SQ, 16, 1024, 63),
            Arguments.of(IndexType.IVF_SQ, 100, 1025, 64),
            Arguments.of(IndexType.IVF_SQ, 255, 5000, 1),
            Arguments.of(IndexType.IVF_SQ, 256, 5000, 33),
            Arguments.of(IndexType.IVF_SQ, 5000, 4000, 40),
            Arguments.of(IndexType.IVF_SQ, 96, 200000, 20),
            Arguments.of(IndexType.IVF_FLAT, 8, 3000, 17),
            Arguments.of(IndexType.IVF_FLAT, 128, 40000, 17),
            Arguments.of(IndexType.IVF_SQ, 2, 1200000, 64))
        .flatMap(
            file ->
                Arrays.stream(FileFormat.values())
                    .map(
                        format ->
                            Arguments.of(
                                format,
                                file.get()[0],
                                file.get()[1],
                                file.get()[2],
                                file.get()[3])));
  }

  @ParameterizedTest
  @MethodSource("files")
  void readsWhatFreshetWrites(
      FileFormat format, IndexType type, int dimension, int rows, int idBits) throws Exception {
    IndexStorage storage = new LocalIndexStorage(dataset.toString(), () -> format);
    Random random = new Random(SEED);
    IvfModel model = Segments.randomModel(type, Metric.L2, dimension, 1, random);
    long[] ids = random.longs(rows).map(id -> id >>> (Long.SIZE - idBits)).toArray();
    byte[] codes = new byte[rows * model.codeBytes()];
    random.nextBytes(codes);
    UUID segment = UUID.randomUUID();
    try (SegmentWriter writer = SegmentWriter.create(storage, segment, model)) {
      for (int done = 0; done < rows; ) {
        int some = Math.min(rows - done, 1 + random.nextInt(9000));
        writer.append(0, ids, codes, done, some);
        done += some;
      }
      writer.finish();
    }
    assertSameRows(storage, segment, ids, codes);
  }

  @SuppressWarnings("try") // a file's close() is declared to throw any Exception
  private static void assertSameRows(IndexStorage storage, UUID segment, long[] ids, byte[] codes)
      throws Exception {
    int last = ids.length - 1;
    int middle = ids.length / 2;
    try (BufferAllocator allocator = new RootAllocator();
        LanceFileReader file =
            LanceFileReader.open(storage.location(segment, SegmentFiles.AUXILIARY), allocator)) {
      assertThat(file.numRows()).isEqualTo(ids.length);
      assertSameRows(file, new Range(0, ids.length), ids, codes);
      assertSameRows(file, new Range(middle, middle + 1), ids, codes);
      assertSameRows(file, new Range(middle / 2, last), ids, codes);
    }
  }

  private static void assertSameRows(LanceFileReader file, Range range, long[] ids, byte[] codes)
      throws Exception {
    int codeBytes = codes.length / ids.length;
    int at = range.getStart();
    try (ArrowReader batches = file.readAll(null, List.of(range), 8192)) {
      while (batches.loadNextBatch()) {
        VectorSchemaRoot batch = batches.getVectorSchemaRoot();
        int rows = batch.getRowCount();
        long[] readIds = new long[rows];
        UInt8Vector rowIds = (UInt8Vector) batch.getVector(SegmentFiles.ROW_ID);
        for (int i = 0; i < rows; i++) {
          readIds[i] = rowIds.get(i);
        }
        FieldVector items = ((FixedSizeListVector) batch.getVector(1)).getDataVector();
        byte[] readCodes = new byte[rows * codeBytes];
        items.getDataBuffer().getBytes(0, readCodes);
        assertThat(Arrays.equals(readIds, 0, rows, ids, at, at + rows))
            .as("row ids from %d on, seed %d", at, SEED)
            .isTrue();
        int from = at * codeBytes;
        assertThat(
                Arrays.equals(readCodes, 0, rows * codeBytes, codes, from, from + rows * codeBytes))
            .as("codes from row %d on, seed %d", at, SEED)
            .isTrue();
        at += rows;
      }
    }
    assertThat(at).isEqualTo(range.getEnd());
  }
}
