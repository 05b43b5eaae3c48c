package dev.freshet.sql.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.write.WrittenFragments;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.sql.StoredRows;
import dev.freshet.sql.table.FreshetTableOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test closes its writers, which fails if an Arrow buffer leaked. */
class FragmentSinkWriterTest {

  @TempDir Path directory;

  @Test
  void writesOneFragmentForACheckpointHoweverManyBatches() throws Exception {
    Configuration options = options();
    options.set(FreshetTableOptions.SINK_BATCH, new MemorySize(1000));
    try (FragmentSinkWriter writer = TestSink.writer(TestSink.settings(options))) {
      TestSink.write(writer, 0, 1000);
      Collection<Change> first = writer.prepareCommit();
      assertThat(first).hasSize(1);
      assertThat(first).allSatisfy(one -> assertThat(one.fragments().count()).isEqualTo(1));
      assertThat(first).allSatisfy(one -> assertThat(one.fragments().rows()).isEqualTo(1000));
      assertThat(writer.prepareCommit()).as("no rows since").isEmpty();
      TestSink.write(writer, 1000, 7);
      assertThat(writer.prepareCommit())
          .extracting(one -> one.fragments().rows())
          .containsExactly(7L);
    }
    assertThat(dataFiles()).hasSize(2);
  }

  @Test
  void rollsByRows() throws Exception {
    Configuration options = options();
    options.set(FreshetTableOptions.SINK_FRAGMENT_ROWS, 300L);
    WrittenFragments written = TestSink.written(TestSink.settings(options), 0, 1000);
    assertThat(written.count()).isEqualTo(4);
    assertThat(written.rows()).isEqualTo(1000);
  }

  /** Lance looks at what it has written, so at least a column's pages of 8 MiB. */
  @Test
  void rollsByBytes() throws Exception {
    Configuration options = options();
    options.set(FreshetTableOptions.SINK_FRAGMENT_BYTES, MemorySize.ofMebiBytes(1));
    options.set(FreshetTableOptions.SINK_BATCH, MemorySize.ofMebiBytes(1));
    byte[] title = new byte[1 << 14];
    Random random = new Random(1);
    try (FragmentSinkWriter writer = TestSink.writer(TestSink.settings(options))) {
      for (long id = 0; id < 2000; id++) {
        random.nextBytes(title);
        StringData text = StringData.fromString(HexFormat.of().formatHex(title));
        TestSink.write(writer, GenericRowData.of(id, text, vector(4)));
      }
      WrittenFragments written = writer.complete();
      assertThat(written.count()).isBetween(2, 8);
      assertThat(written.rows()).isEqualTo(2000);
    }
  }

  @Test
  void deletesWhatNoCheckpointHasWhenItIsClosed() throws Exception {
    Configuration options = options();
    options.set(FreshetTableOptions.SINK_BATCH, new MemorySize(1000));
    try (FragmentSinkWriter writer = TestSink.writer(TestSink.settings(options))) {
      TestSink.write(writer, 0, 100);
      writer.prepareCommit();
      TestSink.write(writer, 100, 1000);
    }
    assertThat(dataFiles()).as("the file of the checkpoint").hasSize(1);
  }

  @Test
  void createsTheDatasetOnceThoughManyAskForIt() throws Exception {
    SinkSettings settings = TestSink.settings(options());
    List<Thread> writers =
        IntStream.range(0, 8)
            .mapToObj(subtask -> new Thread(() -> open(settings, 7 - subtask)))
            .toList();
    writers.forEach(Thread::start);
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(StoredRows.version(dataset())).isEqualTo(1);
    assertThat(StoredRows.schema(dataset()).getFields())
        .extracting(field -> field.getName())
        .containsExactly("id", "title", "embedding");
  }

  private static void open(SinkSettings settings, int subtask) {
    try {
      TestSink.writer(settings, subtask).close();
    } catch (Exception e) {
      throw new AssertionError("Every writer opens the dataset", e);
    }
  }

  @Test
  void writesColumnsInTheOrderOfTheDataset() throws Exception {
    TestSink.written(TestSink.settings(options()), 0, 1);
    RowType reordered =
        (RowType)
            DataTypes.ROW(
                    DataTypes.FIELD("embedding", DataTypes.ARRAY(DataTypes.FLOAT())),
                    DataTypes.FIELD("id", DataTypes.BIGINT().notNull()),
                    DataTypes.FIELD("title", DataTypes.STRING()))
                .getLogicalType();
    try (FragmentSinkWriter writer = TestSink.writer(TestSink.settings(reordered, options()))) {
      TestSink.write(writer, GenericRowData.of(vector(TestSink.DIMENSION), 7L, null));
      assertThat(writer.prepareCommit())
          .extracting(one -> one.fragments().rows())
          .containsExactly(1L);
    }
  }

  @Test
  void refusesADatasetOfOtherColumns() throws Exception {
    TestSink.written(TestSink.settings(options()), 0, 1);
    Configuration longer = options();
    longer.set(FreshetTableOptions.VECTOR_DIMENSION, 5);
    assertThatThrownBy(() -> TestSink.writer(TestSink.settings(longer)))
        .isInstanceOf(SuppressRestartsException.class)
        .cause()
        .hasMessage(
            "Cannot insert into %s: Column 'embedding' is FixedSizeList(5)<FloatingPoint(SINGLE)>"
                + " in the table and FixedSizeList(4)<FloatingPoint(SINGLE)> in the dataset",
            dataset());
  }

  @Test
  void refusesAnIndexThatCannotBe() {
    Configuration indexed = options();
    indexed.set(FreshetOptions.INDEX_TYPE, "IVF_PQ");
    indexed.set(FreshetOptions.INDEX_SUB_VECTORS, 3);
    assertThatThrownBy(() -> TestSink.writer(TestSink.settings(indexed)))
        .isInstanceOf(SuppressRestartsException.class)
        .cause()
        .hasMessageStartingWith("Cannot insert into %s: Column 'embedding': ", dataset());
  }

  @Test
  void saysWhichRowHasAVectorOfAnotherLength() throws Exception {
    try (FragmentSinkWriter writer = TestSink.writer(TestSink.settings(options()))) {
      assertThatThrownBy(
              () ->
                  TestSink.write(
                      writer, GenericRowData.of(17L, StringData.fromString("x"), vector(3))))
          .isInstanceOf(TableException.class)
          .hasMessage(
              "Column 'embedding' of the row with id = 17, title = x: a vector of 3 elements, but"
                  + " vector.dimension is 4");
    }
  }

  @Test
  void saysWhichRowHasANullWhereNoneMayBe() throws Exception {
    try (FragmentSinkWriter writer = TestSink.writer(TestSink.settings(options()))) {
      assertThatThrownBy(
              () ->
                  TestSink.write(
                      writer, GenericRowData.of(null, StringData.fromString("x"), vector(4))))
          .isInstanceOf(TableException.class)
          .hasMessage(
              "Column 'id' of the row with id = null, title = x: null, but it is declared NOT"
                  + " NULL");
      GenericArrayData holed = new GenericArrayData(new Float[] {1f, null, 1f, 1f});
      assertThatThrownBy(
              () ->
                  TestSink.write(writer, GenericRowData.of(3L, StringData.fromString("y"), holed)))
          .isInstanceOf(TableException.class)
          .hasMessage(
              "Column 'embedding' of the row with id = 3, title = y: element 1 of the vector is"
                  + " null");
    }
  }

  private static GenericArrayData vector(int elements) {
    return new GenericArrayData(new float[elements]);
  }

  private Configuration options() {
    return TestSink.options(dataset());
  }

  private Path dataset() {
    return directory.resolve("items");
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.list(dataset().resolve("data"))) {
      return files.toList();
    }
  }
}
