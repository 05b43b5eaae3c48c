package dev.freshet.vector.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.merge.BlockSorter;
import dev.freshet.vector.quantizer.EncodedBlock;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentRoundTripTest {
  private static final long SEED = 17;

  @TempDir private Path dataset;
  private final Random random = new Random(SEED);
  private BufferAllocator allocator;
  private IndexStorage storage;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
    storage = new LocalIndexStorage(dataset.toUri().toString());
  }

  @AfterEach
  void closeWithoutLeak() {
    allocator.close();
  }

  static Stream<Arguments> kinds() {
    return Stream.of(IndexType.IVF_FLAT, IndexType.IVF_PQ, IndexType.IVF_SQ)
        .flatMap(
            type ->
                Arrays.stream(Metric.values())
                    .flatMap(
                        metric ->
                            Stream.of(3, 17, 128, 768)
                                .map(dimension -> Arguments.of(type, metric, dimension))))
        .flatMap(
            kind ->
                Arrays.stream(FileFormat.values())
                    .map(
                        format ->
                            Arguments.of(format, kind.get()[0], kind.get()[1], kind.get()[2])));
  }

  private IndexStorage storage(FileFormat format) {
    return new LocalIndexStorage(dataset.toUri().toString(), () -> format);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void readsBackWhatItWrote(FileFormat format, IndexType type, Metric metric, int dimension)
      throws IOException {
    IvfModel model = Segments.randomModel(type, metric, dimension, 7, random);
    List<EncodedBlock> blocks =
        List.of(
            Segments.randomBlock(model, 3, 1100, random),
            Segments.randomBlock(model, 5, 0, random),
            Segments.randomBlock(model, 4, 257, random));
    UUID segment = UUID.randomUUID();

    SegmentSummary summary = BlockSorter.write(storage(format), segment, model, blocks);

    SegmentReader reader = SegmentReader.open(storage, segment);
    assertThat(reader.model().id()).isEqualTo(model.id());
    assertThat(reader.rows()).isEqualTo(summary.rows()).isEqualTo(1357);
    assertThat(reader.partitionLengths()).isEqualTo(summary.partitionLengths());
    List<Segments.Row> expected = Segments.expectedRows(model, blocks);
    assertThat(Segments.readRows(storage, segment)).as("seed %d", SEED).isEqualTo(expected);
    assertThat(rowIds(reader)).isEqualTo(expected.stream().map(Segments.Row::rowId).toList());
    assertThat(storage.list()).containsExactly(segment);
    assertThat(summary.bytes())
        .isEqualTo(storage.length(segment, "index.idx") + storage.length(segment, "auxiliary.idx"));
  }

  @ParameterizedTest
  @EnumSource(FileFormat.class)
  void readsBackRowIdsOfAnyWidth(FileFormat format) throws IOException {
    IvfModel model = Segments.randomModel(IndexType.IVF_PQ, Metric.L2, 128, 3, random);
    for (int bits = 1; bits <= Long.SIZE; bits += 7) {
      List<EncodedBlock> blocks = new ArrayList<>();
      EncodedBlock block = Segments.randomBlock(model, 0, 5000, random);
      for (int i = 0; i < block.rows(); i++) {
        block.rowIds()[i] = random.nextLong() >>> (Long.SIZE - bits);
      }
      blocks.add(block);
      UUID segment = UUID.randomUUID();
      BlockSorter.write(storage(format), segment, model, blocks);
      assertThat(Segments.readRows(storage, segment))
          .as("seed %d, %d bits", SEED, bits)
          .isEqualTo(Segments.expectedRows(model, blocks));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "V2_0, 1, 2600000, 0",
    "V2_1, 1, 2600000, 0",
    "V2_1, 100, 200000, 1",
    "V2_1, 300, 70000, 1",
    "V2_2, 1, 2600000, 0",
    "V2_2, 100, 200000, 1"
  })
  void readsBackSeveralPages(FileFormat format, int dimension, int rows, int pagedColumn)
      throws IOException {
    IvfModel model = Segments.randomModel(IndexType.IVF_SQ, Metric.L2, dimension, 2, random);
    long[] rowIds = random.longs(rows).toArray();
    byte[] codes = new byte[rows * dimension];
    random.nextBytes(codes);
    UUID segment = UUID.randomUUID();
    try (SegmentWriter writer = SegmentWriter.create(storage(format), segment, model)) {
      writer.append(0, rowIds, codes, 0, rows / 3);
      writer.append(1, rowIds, codes, rows / 3, rows - rows / 3);
      writer.finish();
    }

    assertThat(LanceFile.open(storage, segment, "auxiliary.idx").pages(pagedColumn))
        .hasSizeGreaterThan(1);
    PartitionCursor cursor = SegmentReader.open(storage, segment).cursor(ForkJoinPool.commonPool());
    int row = 0;
    while (cursor.next()) {
      int end = row + cursor.rows();
      assertThat(Arrays.equals(rowIds, row, end, cursor.rowIds(), 0, cursor.rows()))
          .as("row ids from %d on, seed %d", row, SEED)
          .isTrue();
      int codeBytes = cursor.rows() * dimension;
      assertThat(
              Arrays.equals(codes, row * dimension, end * dimension, cursor.codes(), 0, codeBytes))
          .as("codes from row %d on, seed %d", row, SEED)
          .isTrue();
      row = end;
    }
    assertThat(row).isEqualTo(rows);
  }

  @ParameterizedTest
  @CsvSource({"V2_0, IVF_SQ", "V2_1, IVF_FLAT", "V2_1, IVF_PQ", "V2_1, IVF_SQ", "V2_2, IVF_PQ"})
  void keepsAModelInASegmentWithoutRows(FileFormat format, IndexType type) throws IOException {
    IvfModel model = Segments.randomModel(type, Metric.COSINE, 24, 5, random);
    UUID segment = UUID.randomUUID();
    try (SegmentWriter writer = SegmentWriter.create(storage(format), segment, model)) {
      assertThat(writer.finish().rows()).isZero();
    }
    SegmentReader reader = SegmentReader.open(storage, segment);
    assertThat(reader.model().id()).isEqualTo(model.id());
    assertThat(reader.partitionLengths()).containsExactly(0, 0, 0, 0, 0);
    assertThat(reader.cursor(Runnable::run).next()).isFalse();
    assertThat(rowIds(reader)).isEmpty();
  }

  @Test
  void leavesPartitionsEmptyAndTakesOneInSeveralParts() throws IOException {
    IvfModel model = Segments.randomModel(IndexType.IVF_SQ, Metric.L2, 4, 6, random);
    UUID segment = UUID.randomUUID();
    byte[] codes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    try (SegmentWriter writer = SegmentWriter.create(storage, segment, model)) {
      writer.append(2, new long[] {7, 8, 9}, codes, 1, 1);
      writer.append(2, new long[] {7, 8, 9}, codes, 2, 1);
      writer.append(4, new long[] {7, 8, 9}, codes, 0, 1);
      assertThat(writer.finish().partitionLengths()).containsExactly(0, 0, 2, 0, 1, 0);
    }
    assertThat(Segments.readRows(storage, segment))
        .extracting(Segments.Row::partition, Segments.Row::rowId)
        .containsExactly(tuple(2, 8L), tuple(2, 9L), tuple(4, 7L));
  }

  @Test
  void reads4BitCodes() throws IOException {
    IvfModel model =
        new IvfModel(
            IndexType.IVF_PQ,
            Metric.L2,
            16,
            Segments.floats(32, random),
            new Quantizer.Product(8, 4, Segments.floats(16 * 16, random)));
    UUID segment = UUID.randomUUID();
    List<EncodedBlock> blocks = List.of(Segments.randomBlock(model, 1, 999, random));
    BlockSorter.write(storage, segment, model, blocks);
    assertThat(SegmentReader.open(storage, segment).model().id()).isEqualTo(model.id());
    assertThat(Segments.readRows(storage, segment)).isEqualTo(Segments.expectedRows(model, blocks));
  }

  @Test
  void leavesNothingBehindUnlessFinished() throws IOException {
    IvfModel model = Segments.randomModel(IndexType.IVF_SQ, Metric.L2, 4, 2, random);
    try (SegmentWriter writer = SegmentWriter.create(storage, UUID.randomUUID(), model)) {
      writer.append(0, new long[] {1}, new byte[4], 0, 1);
    }
    assertThat(storage.list()).isEmpty();
  }

  @Test
  void neverWritesInPlace() throws IOException {
    IvfModel model = Segments.randomModel(IndexType.IVF_SQ, Metric.L2, 4, 2, random);
    UUID segment = UUID.randomUUID();
    List<EncodedBlock> blocks = List.of(Segments.randomBlock(model, 1, 10, random));
    BlockSorter.write(storage, segment, model, blocks);
    assertThatThrownBy(() -> BlockSorter.write(storage, segment, model, List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(": a segment is written once, take a fresh uuid");
    assertThat(Segments.readRows(storage, segment)).hasSize(10);
  }

  @Test
  void refusesRowsOutOfOrderOrOutsideTheArrays() throws IOException {
    IvfModel model = Segments.randomModel(IndexType.IVF_SQ, Metric.L2, 4, 3, random);
    try (SegmentWriter writer = SegmentWriter.create(storage, UUID.randomUUID(), model)) {
      writer.append(1, new long[] {1}, new byte[4], 0, 1);
      assertThatThrownBy(() -> writer.append(0, new long[] {1}, new byte[4], 0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Partition 0 after 1 of 3");
      assertThatThrownBy(() -> writer.append(3, new long[] {1}, new byte[4], 0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Partition 3 after 1 of 3");
      assertThatThrownBy(() -> writer.append(1, new long[] {1, 2}, new byte[7], 1, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("1 rows from 1 on exceed the arrays that hold them");
    }
  }

  @Test
  void refusesScalarBoundsThatLanceWouldChange() {
    IvfModel model =
        new IvfModel(IndexType.IVF_SQ, Metric.L2, 2, new float[4], new Quantizer.Scalar(-0.1, 0.5));
    assertThatThrownBy(() -> SegmentWriter.create(storage, UUID.randomUUID(), model).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("SQ bounds must be float32 values");
  }

  private static List<Long> rowIds(SegmentReader reader) throws IOException {
    List<Long> rowIds = new ArrayList<>();
    reader.rowIds(rowIds::add);
    return rowIds;
  }
}
