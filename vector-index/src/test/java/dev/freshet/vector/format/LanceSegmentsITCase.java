package dev.freshet.vector.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lance.file.LanceFileReader;
import org.lance.index.Index;

/** Segments that Lance built are read right, and ours are queried like Lance's own. */
class LanceSegmentsITCase {
  private static final long SEED = 23;
  private static final int DIMENSION = 32;
  private static final int PARTITIONS = 9;

  @TempDir private Path directory;
  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void closeWithoutLeak() {
    allocator.close();
  }

  private LanceTable table(FileFormat format) throws IOException {
    return table(format, 700);
  }

  private LanceTable table(FileFormat format, int rows) throws IOException {
    return new LanceTable(
        format, allocator, directory.resolve("t.lance"), DIMENSION, 3, rows, SEED);
  }

  static Stream<Arguments> ourKinds() {
    return Arrays.stream(FileFormat.values())
        .flatMap(
            format ->
                Stream.of(IndexType.IVF_FLAT, IndexType.IVF_PQ, IndexType.IVF_SQ)
                    .flatMap(
                        type ->
                            Arrays.stream(Metric.values())
                                .map(metric -> Arguments.of(format, type, metric))));
  }

  static Stream<Arguments> lancesKinds() {
    return Arrays.stream(FileFormat.values())
        .flatMap(
            format ->
                Stream.of(IndexType.IVF_HNSW_PQ, IndexType.IVF_HNSW_SQ, IndexType.IVF_RQ)
                    .map(type -> Arguments.of(format, type)));
  }

  @ParameterizedTest
  @MethodSource("ourKinds")
  void readsWhatLanceBuiltRowByRow(FileFormat format, IndexType type, Metric metric)
      throws Exception {
    try (LanceTable table = table(format)) {
      IvfModel given = table.randomModel(type, metric, PARTITIONS, 8);
      UUID segment = table.build(given, List.of(0, 2)).uuid();

      SegmentReader reader = SegmentReader.open(table.storage(), segment);

      IvfModel model = reader.model();
      assertThat(model.centroids()).isEqualTo(given.centroids());
      if (type == IndexType.IVF_SQ) {
        assertThat(model.quantizer()).isInstanceOf(Quantizer.Scalar.class);
      } else {
        assertThat(model.id()).isEqualTo(given.id());
      }
      assertThat(formatOf(table.storage(), segment)).isEqualTo(format);
      assertThat(reader.rows()).isEqualTo(1400);
      assertThat(rowIdsAndCodes(Segments.readRows(table.storage(), segment)))
          .isEqualTo(rawRows(table.storage(), segment, model));
    }
  }

  @ParameterizedTest
  @MethodSource("lancesKinds")
  void readsModelAndRowIdsOfLancesOwnTypes(FileFormat format, IndexType type) throws Exception {
    try (LanceTable table = table(format)) {
      IvfModel given = table.randomModel(type, Metric.L2, PARTITIONS, 8);
      UUID segment = table.build(given, table.fragments()).uuid();

      SegmentReader reader = SegmentReader.open(table.storage(), segment);

      assertThat(reader.model().id()).isEqualTo(given.id());
      List<Long> rowIds = new ArrayList<>();
      reader.rowIds(rowIds::add);
      assertThat(rowIds).hasSize(2100).doesNotHaveDuplicates();
      assertThatThrownBy(() -> reader.cursor(Runnable::run))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is of type " + type + ", whose rows are read by Lance only");
    }
  }

  @ParameterizedTest
  @MethodSource("ourKinds")
  void lanceAnswersFromOurSegmentAsFromItsOwn(FileFormat format, IndexType type, Metric metric)
      throws Exception {
    try (LanceTable table = table(format)) {
      IvfModel given = table.randomModel(type, metric, PARTITIONS, 8);
      Index lances = table.build(given, table.fragments());
      table.commit(List.of(lances));
      List<List<LanceTable.Hit>> expected = table.search(metric, 20, SEED);
      IvfModel model = SegmentReader.open(table.storage(), lances.uuid()).model();

      UUID ours = rewrite(table.storage(), lances.uuid());
      assertThat(formatOf(table.storage(), ours)).isEqualTo(format);
      table.commit(List.of(table.describe(ours, model, table.fragments())));

      assertThat(table.segments()).extracting(Index::uuid).containsExactly(ours);
      assertThat(table.search(metric, 20, SEED)).as("seed %d", SEED).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"V2_0, 8", "V2_1, 4", "V2_1, 8", "V2_2, 4", "V2_2, 8"})
  void readsTransposedCodesBackToTheOriginalOnes(FileFormat format, int bits) throws Exception {
    try (LanceTable table = table(format)) {
      IvfModel model = table.randomModel(IndexType.IVF_PQ, Metric.L2, PARTITIONS, bits);
      List<Index> fresh = new ArrayList<>();
      List<Segments.Row> original = new ArrayList<>();
      for (int fragment : table.fragments()) {
        fresh.add(table.build(model, List.of(fragment)));
        original.addAll(Segments.readRows(table.storage(), fresh.get(fresh.size() - 1).uuid()));
      }
      Index merged = table.dataset().mergeExistingIndexSegments(fresh);

      assertThat(storageMetadata(table.storage(), merged.uuid())).contains("\"transposed\":true");
      assertThat(Segments.readRows(table.storage(), merged.uuid()))
          .containsExactlyInAnyOrderElementsOf(original);

      table.commit(List.of(merged));
      table.delete("id % 5 = 0");
      table.compact();
      UUID remapped = table.segments().get(0).uuid();
      assertThat(remapped).isNotEqualTo(merged.uuid());
      assertThat(storageMetadata(table.storage(), remapped)).contains("\"transposed\":true");
      assertThat(Segments.readRows(table.storage(), remapped))
          .containsExactlyInAnyOrderElementsOf(remap(original));
    }
  }

  /** In format 2.2 the row ids of a single row are a page of one constant. */
  @ParameterizedTest
  @EnumSource(FileFormat.class)
  void readsAndWritesASingleRow(FileFormat format) throws Exception {
    try (LanceTable table = table(format, 1)) {
      IvfModel model = table.randomModel(IndexType.IVF_FLAT, Metric.L2, 1, 8);
      UUID lances = table.build(model, List.of(2)).uuid();

      assertThat(rowIdPage(table.storage(), lances).buffers().isEmpty())
          .as("row ids without a buffer")
          .isEqualTo(format == FileFormat.V2_2);
      assertThat(rowIdsAndCodes(Segments.readRows(table.storage(), lances)))
          .hasSize(1)
          .isEqualTo(rawRows(table.storage(), lances, model));
      UUID ours = rewrite(table.storage(), lances);
      assertThat(rawRows(table.storage(), ours, model))
          .isEqualTo(rawRows(table.storage(), lances, model));
    }
  }

  private static ColumnPage rowIdPage(IndexStorage storage, UUID segment) throws IOException {
    return LanceFile.open(storage, segment, SegmentFiles.AUXILIARY).pages(0).get(0);
  }

  private static FileFormat formatOf(IndexStorage storage, UUID segment) throws IOException {
    FileFormat format = LanceFile.open(storage, segment, SegmentFiles.AUXILIARY).format();
    assertThat(LanceFile.open(storage, segment, SegmentFiles.INDEX).format()).isEqualTo(format);
    return format;
  }

  /** Rows keep their order; those of ids divisible by 5 are gone. */
  private static List<Segments.Row> remap(List<Segments.Row> rows) {
    return rows.stream()
        .filter(row -> id(row.rowId()) % 5 != 0)
        .map(
            row -> {
              long id = id(row.rowId());
              long newFragment = 3;
              return new Segments.Row(
                  row.partition(), (newFragment << 32) | (id - id / 5 - 1), row.code());
            })
        .toList();
  }

  private static long id(long rowId) {
    return (rowId >>> 32) * 700 + (int) rowId;
  }

  /** The same rows and model through our reader and our writer. */
  private UUID rewrite(IndexStorage storage, UUID segment) throws IOException {
    SegmentReader reader = SegmentReader.open(storage, segment);
    UUID ours = UUID.randomUUID();
    try (SegmentWriter writer = SegmentWriter.create(storage, ours, reader.model())) {
      PartitionCursor cursor = reader.cursor(Runnable::run);
      while (cursor.next()) {
        writer.append(cursor.partition(), cursor.rowIds(), cursor.codes(), 0, cursor.rows());
      }
      writer.finish();
    }
    return ours;
  }

  @SuppressWarnings("try") // a file's close() is declared to throw any Exception
  private String storageMetadata(IndexStorage storage, UUID segment) throws Exception {
    try (LanceFileReader file =
        LanceFileReader.open(storage.location(segment, "auxiliary.idx"), allocator)) {
      return file.schema().getCustomMetadata().get("storage_metadata").replace("\\", "");
    }
  }

  private static List<List<Object>> rowIdsAndCodes(List<Segments.Row> rows) {
    List<List<Object>> values = new ArrayList<>();
    for (Segments.Row row : rows) {
      values.add(List.of(row.rowId(), row.code()));
    }
    return values;
  }

  /** The rows as Lance's own file reader gives them. */
  @SuppressWarnings("try") // a file's close() is declared to throw any Exception
  private List<List<Object>> rawRows(IndexStorage storage, UUID segment, IvfModel model)
      throws Exception {
    List<List<Object>> rows = new ArrayList<>();
    try (LanceFileReader file =
            LanceFileReader.open(storage.location(segment, "auxiliary.idx"), allocator);
        ArrowReader batches = file.readAll(null, null, 512)) {
      while (batches.loadNextBatch()) {
        UInt8Vector ids = (UInt8Vector) batches.getVectorSchemaRoot().getVector("_rowid");
        FieldVector items =
            ((FixedSizeListVector) batches.getVectorSchemaRoot().getVector(1)).getDataVector();
        int codeBytes = model.codeBytes();
        for (int i = 0; i < batches.getVectorSchemaRoot().getRowCount(); i++) {
          ByteBuffer bytes =
              items
                  .getDataBuffer()
                  .nioBuffer((long) i * codeBytes, codeBytes)
                  .order(ByteOrder.LITTLE_ENDIAN);
          List<Byte> code = new ArrayList<>();
          while (bytes.hasRemaining()) {
            code.add(bytes.get());
          }
          rows.add(List.of(ids.get(i), code));
        }
      }
    }
    return rows;
  }
}
