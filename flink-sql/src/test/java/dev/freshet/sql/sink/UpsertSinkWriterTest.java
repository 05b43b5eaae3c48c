package dev.freshet.sql.sink;

import static org.apache.flink.types.RowKind.DELETE;
import static org.apache.flink.types.RowKind.INSERT;
import static org.apache.flink.types.RowKind.UPDATE_AFTER;
import static org.apache.flink.types.RowKind.UPDATE_BEFORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.sql.table.FreshetTableOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.data.GenericRowData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test closes its writers, which fails if an Arrow buffer leaked. */
class UpsertSinkWriterTest {

  @TempDir Path directory;

  @Test
  void keepsTheLastRowOfEachKey() throws Exception {
    try (UpsertSinkWriter writer = TestSink.upsertWriter(TestSink.keyed(options()))) {
      TestSink.write(writer, INSERT, 1, "a");
      TestSink.write(writer, INSERT, 2, "b");
      TestSink.write(writer, UPDATE_BEFORE, 1, "a");
      TestSink.write(writer, UPDATE_AFTER, 1, "c");
      TestSink.write(writer, INSERT, 3, "d");
      TestSink.write(writer, DELETE, 3, "d");
      TestSink.write(writer, DELETE, 4, "e");
      List<Change> changes = List.copyOf(writer.prepareCommit());
      assertThat(changes).hasSize(1);
      assertThat(changes.get(0).fragments().rows()).isEqualTo(2);
      assertThat(changes.get(0).keys()).hasSize(4);
      assertThat(writer.prepareCommit()).as("nothing since").isEmpty();
    }
  }

  @Test
  void aKeyMayBeAllThatADeletionHas() throws Exception {
    try (UpsertSinkWriter writer = TestSink.upsertWriter(TestSink.keyed(options()))) {
      GenericRowData key = new GenericRowData(DELETE, 3);
      key.setField(0, 5L);
      writer.write(key, null);
      List<Change> changes = List.copyOf(writer.prepareCommit());
      assertThat(changes).hasSize(1);
      assertThat(changes.get(0).fragments().isEmpty()).isTrue();
      assertThat(changes.get(0).keys()).hasSize(1);
    }
  }

  @Test
  void aFullBufferMakesAChangeOfItsOwn() throws Exception {
    Configuration options = options();
    options.set(FreshetTableOptions.SINK_UPSERT_BUFFER, new MemorySize(2_000));
    try (UpsertSinkWriter writer = TestSink.upsertWriter(TestSink.keyed(options))) {
      for (int i = 0; i < 100; i++) {
        TestSink.write(writer, INSERT, i, "item");
      }
      List<Change> changes = List.copyOf(writer.prepareCommit());
      assertThat(changes).hasSizeBetween(5, 20);
      assertThat(changes.stream().mapToLong(change -> change.fragments().rows()).sum())
          .isEqualTo(100);
    }
  }

  @Test
  void aHotKeyDoesNotFillTheBuffer() throws Exception {
    Configuration options = options();
    options.set(FreshetTableOptions.SINK_UPSERT_BUFFER, new MemorySize(2_000));
    try (UpsertSinkWriter writer = TestSink.upsertWriter(TestSink.keyed(options))) {
      for (int i = 0; i < 1000; i++) {
        TestSink.write(writer, i == 0 ? INSERT : UPDATE_AFTER, 7, "item " + i);
      }
      assertThat(writer.prepareCommit())
          .extracting(change -> change.fragments().rows())
          .containsExactly(1L);
    }
  }

  @Test
  void deletesWhatNoCheckpointHasWhenItIsClosed() throws Exception {
    Configuration options = options();
    options.set(FreshetTableOptions.SINK_UPSERT_BUFFER, new MemorySize(2_000));
    try (UpsertSinkWriter writer = TestSink.upsertWriter(TestSink.keyed(options))) {
      TestSink.write(writer, INSERT, 1, "of a checkpoint");
      writer.prepareCommit();
      for (int i = 0; i < 100; i++) {
        TestSink.write(writer, INSERT, i, "of none");
      }
    }
    try (Stream<Path> files = Files.list(dataset().resolve("data"))) {
      assertThat(files).as("the file of the checkpoint").hasSize(1);
    }
  }

  @Test
  void aRowWithoutAKeyIsRefused() throws Exception {
    try (UpsertSinkWriter writer = TestSink.upsertWriter(TestSink.keyed(options()))) {
      assertThatThrownBy(() -> writer.write(new GenericRowData(INSERT, 3), null))
          .isInstanceOf(TableException.class)
          .hasMessage("A row has no value in the primary key [id]");
    }
  }

  private Configuration options() throws IOException {
    return TestSink.options(dataset());
  }

  private Path dataset() {
    return directory.resolve("items");
  }
}
