package dev.freshet.sql.sink;

import static org.apache.flink.types.RowKind.DELETE;
import static org.apache.flink.types.RowKind.INSERT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.manifest.WritePath;
import dev.freshet.sql.StoredRows;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Transaction;
import org.lance.index.Index;
import org.lance.operation.CreateIndex;

/** A table that LanceDB has given its LSM write path: appended to, and never upserted. */
class WritePathCheckTest {

  private static final String REASON =
      "Rows of %s are not replaced or deleted by key: it has LanceDB's LSM write path (index"
          + " __lance_mem_wal)";

  @TempDir Path directory;

  @BeforeEach
  void create() throws Exception {
    commit(append(TestSink.settings(TestSink.options(dataset())), 1));
  }

  @Test
  void anUpsertEndsBeforeItWritesAnything() throws Exception {
    addWritePath();
    long version = StoredRows.version(dataset());
    assertThatThrownBy(() -> TestSink.upsertWriter(TestSink.keyed(TestSink.options(dataset()))))
        .isInstanceOf(SuppressRestartsException.class)
        .hasStackTraceContaining(REASON.formatted(dataset()))
        .hasStackTraceContaining("upsert with LanceDB's mergeInsert, or only append");
    assertThat(StoredRows.version(dataset())).isEqualTo(version);
  }

  @Test
  void anUpsertThatHasBegunCommitsNoMore() throws Exception {
    SinkSettings settings = TestSink.keyed(TestSink.options(dataset()));
    try (UpsertSinkWriter writer = TestSink.upsertWriter(settings)) {
      TestSink.write(writer, INSERT, 1, "again");
      TestSink.write(writer, DELETE, 2, "gone");
      addWritePath();
      long version = StoredRows.version(dataset());
      Append append =
          new Append(
              UUID.randomUUID(),
              1,
              false,
              version,
              Change.union(List.copyOf(writer.prepareCommit())));
      assertThatThrownBy(() -> commit(settings, append))
          .isInstanceOf(SuppressRestartsException.class)
          .hasStackTraceContaining(REASON.formatted(dataset()));
      assertThat(StoredRows.version(dataset())).isEqualTo(version);
    }
  }

  @Test
  void rowsAreAppended() throws Exception {
    addWritePath();
    commit(append(TestSink.settings(TestSink.options(dataset())), 100));
    assertThat(StoredRows.count(dataset())).isEqualTo(10);
  }

  private record Appended(SinkSettings settings, Append append) {}

  private Appended append(SinkSettings settings, long firstId) throws Exception {
    Change change = Change.append(TestSink.written(settings, firstId, 5));
    return new Appended(
        settings, new Append(UUID.randomUUID(), 1, false, StoredRows.version(dataset()), change));
  }

  private static void commit(Appended appended) throws Exception {
    commit(appended.settings(), appended.append());
  }

  private static void commit(SinkSettings settings, Append append) throws Exception {
    try (AppendCommitter committer = new AppendCommitter(settings)) {
      committer.commit(List.of(new TestCommitRequest(append)));
    }
  }

  /** The entry alone, as it is what the manifest of such a table says. */
  private void addWritePath() {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = Dataset.open().allocator(allocator).uri(dataset().toString()).build()) {
      Index entry =
          Index.builder()
              .uuid(UUID.randomUUID())
              .name(WritePath.SYSTEM_INDEX)
              .fields(List.of())
              .fragments(List.of())
              .datasetVersion(dataset.version())
              .indexVersion(0)
              .build();
      try (Transaction transaction =
          new Transaction.Builder()
              .readVersion(dataset.version())
              .operation(CreateIndex.builder().withNewIndices(List.of(entry)).build())
              .build()) {
        new CommitBuilder(dataset).execute(transaction).close();
      }
    }
  }

  private Path dataset() {
    return directory.resolve("items");
  }
}
