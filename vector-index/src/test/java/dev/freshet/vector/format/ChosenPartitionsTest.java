package dev.freshet.vector.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.merge.BlockSorter;
import dev.freshet.vector.quantizer.EncodedBlock;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Some partitions of a segment, against the same rows of the whole of it. */
class ChosenPartitionsTest {
  private static final long SEED = 23;
  private static final int PARTITIONS = 23;

  /** A row as it was read; the whole of a segment is held by another test against its writer. */
  private record Row(int partition, long rowId, long codeChecksum) {}

  @TempDir private Path directory;
  private final Random random = new Random(SEED);

  /** Chunks, bit-packed chunks and contiguous values, of one page. */
  static Stream<Arguments> layouts() {
    return Stream.of(
        Arguments.of(IndexType.IVF_FLAT, 3),
        Arguments.of(IndexType.IVF_FLAT, 128),
        Arguments.of(IndexType.IVF_PQ, 64),
        Arguments.of(IndexType.IVF_SQ, 17),
        Arguments.of(IndexType.IVF_SQ, 300));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void areThoseOfTheWholeSegment(IndexType type, int dimension) throws IOException {
    IvfModel model = Segments.randomModel(type, Metric.L2, dimension, PARTITIONS, random);
    IndexStorage storage = new LocalIndexStorage(directory.toString());
    UUID segment = UUID.randomUUID();
    List<EncodedBlock> blocks = List.of(Segments.randomBlock(model, 3, 60_000, random));
    BlockSorter.write(storage, segment, model, blocks);
    compare(storage, segment);
  }

  @ParameterizedTest
  @CsvSource({"1, 2600000", "100, 200000", "300, 70000"})
  void areThoseOfSeveralPages(int dimension, int rows) throws IOException {
    IvfModel model = Segments.randomModel(IndexType.IVF_SQ, Metric.L2, dimension, 9, random);
    IndexStorage storage = new LocalIndexStorage(directory.toString());
    UUID segment = UUID.randomUUID();
    long[] rowIds = random.longs(rows).toArray();
    byte[] codes = new byte[rows * dimension];
    random.nextBytes(codes);
    try (SegmentWriter writer = SegmentWriter.create(storage, segment, model)) {
      for (int partition = 0; partition < 9; partition++) {
        if (partition != 4) { // an empty one
          int from = (int) ((long) rows * partition / 9);
          int to = (int) ((long) rows * (partition + 1) / 9);
          writer.append(partition, rowIds, codes, from, to - from);
        }
      }
      writer.finish();
    }
    compare(storage, segment);
  }

  /** A compaction leaves transposed codes. */
  @ParameterizedTest
  @CsvSource({"IVF_PQ, 64", "IVF_SQ, 16", "IVF_FLAT, 16"})
  void areThoseOfARemappedSegment(IndexType type, int dimension) throws Exception {
    try (BufferAllocator allocator = new RootAllocator();
        LanceTable table =
            new LanceTable(allocator, directory.resolve("t"), dimension, 2, 3000, SEED)) {
      IvfModel model = table.randomModel(type, Metric.L2, PARTITIONS, 8);
      table.commit(List.of(table.build(model, table.fragments())));
      table.delete("id % 7 = 3");
      table.compact();
      compare(table.storage(), table.segments().get(0).uuid());
    }
  }

  @Test
  void readsLittleOfAFileForTheLastPartition() throws IOException {
    IvfModel model = Segments.randomModel(IndexType.IVF_FLAT, Metric.L2, 128, PARTITIONS, random);
    InMemoryIndexStorage storage = new InMemoryIndexStorage();
    UUID segment = UUID.randomUUID();
    BlockSorter.write(
        storage, segment, model, List.of(Segments.randomBlock(model, 3, 60_000, random)));
    SegmentReader reader = SegmentReader.open(storage, segment);
    long before = storage.bytesRead();
    BitSet last = new BitSet();
    last.set(PARTITIONS - 1);
    assertThat(rows(reader, last)).isNotEmpty();
    long whole = storage.length(segment, "auxiliary.idx");
    assertThat(storage.bytesRead() - before).isLessThan(whole / 5);
  }

  @Test
  void refusesAPartitionThatIsNotThere() throws IOException {
    IvfModel model = Segments.randomModel(IndexType.IVF_SQ, Metric.L2, 8, PARTITIONS, random);
    IndexStorage storage = new LocalIndexStorage(directory.toString());
    UUID segment = UUID.randomUUID();
    BlockSorter.write(
        storage, segment, model, List.of(Segments.randomBlock(model, 3, 100, random)));
    SegmentReader reader = SegmentReader.open(storage, segment);
    BitSet wrong = new BitSet();
    wrong.set(PARTITIONS);
    assertThatThrownBy(() -> reader.cursor(Runnable::run, wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 23 partitions, so none of number 23");
  }

  private void compare(IndexStorage storage, UUID segment) throws IOException {
    SegmentReader reader = SegmentReader.open(storage, segment);
    int partitions = reader.model().partitions();
    List<Row> all = rows(reader, reader.cursor(Runnable::run));
    for (int round = 0; round < 8; round++) {
      BitSet chosen = new BitSet();
      for (int partition = 0; partition < partitions; partition++) {
        chosen.set(partition, random.nextInt(4) < 1 + round % 3);
      }
      assertThat(rows(reader, chosen))
          .as("partitions %s, seed %d", chosen, SEED)
          .isEqualTo(all.stream().filter(row -> chosen.get(row.partition())).toList());
    }
    assertThat(rows(reader, new BitSet())).isEmpty();
  }

  private static List<Row> rows(SegmentReader reader, BitSet chosen) throws IOException {
    return rows(reader, reader.cursor(Runnable::run, chosen));
  }

  private static List<Row> rows(SegmentReader reader, PartitionCursor cursor) throws IOException {
    int codeBytes = reader.model().codeBytes();
    CRC32C checksum = new CRC32C();
    List<Row> rows = new ArrayList<>();
    while (cursor.next()) {
      for (int i = 0; i < cursor.rows(); i++) {
        checksum.reset();
        checksum.update(cursor.codes(), i * codeBytes, codeBytes);
        rows.add(new Row(cursor.partition(), cursor.rowIds()[i], checksum.getValue()));
      }
    }
    return rows;
  }
}
