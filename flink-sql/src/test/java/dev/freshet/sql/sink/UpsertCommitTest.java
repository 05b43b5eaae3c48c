package dev.freshet.sql.sink;

import static org.apache.flink.types.RowKind.DELETE;
import static org.apache.flink.types.RowKind.INSERT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.sql.StoredRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes by key, committed by the real committer. */
class UpsertCommitTest {

  private static final long SEED = 17;

  @TempDir Path directory;

  private SinkSettings settings;

  @BeforeEach
  void plan() {
    settings = TestSink.keyed(TestSink.options(dataset()));
  }

  @Test
  void replacesAndDeletesInOneVersion() throws Exception {
    commit(append(writer -> insert(writer, Map.of(1L, "a", 2L, "b", 3L, "c"))));
    commit(
        append(
            writer -> {
              insert(writer, Map.of(2L, "B", 4L, "d"));
              TestSink.write(writer, DELETE, 3, "c");
            }));
    assertThat(titles()).isEqualTo(Map.of(1L, "a", 2L, "B", 4L, "d"));
    assertThat(StoredRows.version(dataset())).isEqualTo(3);
  }

  @Test
  void changesNothingTwice() throws Exception {
    Append first = append(writer -> insert(writer, Map.of(1L, "a")));
    commit(first);
    Append second = append(writer -> insert(writer, Map.of(1L, "b")));
    commit(second);
    commit(first);
    commit(second);
    assertThat(titles()).isEqualTo(Map.of(1L, "b"));
    assertThat(StoredRows.version(dataset())).isEqualTo(3);
  }

  @Test
  void aReplayOfDeletionsSparesWhatCameLater() throws Exception {
    commit(append(writer -> insert(writer, Map.of(1L, "a"))));
    Append deletion = append(writer -> TestSink.write(writer, DELETE, 1, "a"));
    commit(deletion);
    commit(append(writer -> insert(writer, Map.of(1L, "again"))));
    commit(deletion);
    assertThat(titles()).isEqualTo(Map.of(1L, "again"));
  }

  @Test
  void aFragmentWithoutRowsIsLeftOut() throws Exception {
    commit(append(writer -> insert(writer, Map.of(1L, "a", 2L, "b"))));
    commit(append(writer -> insert(writer, Map.of(1L, "A", 2L, "B"))));
    assertThat(StoredRows.fragments(dataset())).containsExactly(2);
    assertThat(titles()).isEqualTo(Map.of(1L, "A", 2L, "B"));
  }

  @Test
  void aRandomChangelogEndsAsItsLastRows() throws Exception {
    Random random = new Random(SEED);
    Map<Long, String> model = new HashMap<>();
    for (int checkpoint = 0; checkpoint < 25; checkpoint++) {
      Append append =
          append(
              writer -> {
                for (int i = random.nextInt(60); i > 0; i--) {
                  long id = random.nextInt(80);
                  String title = "item " + random.nextInt();
                  if (random.nextInt(4) == 0) {
                    TestSink.write(writer, DELETE, id, title);
                    model.remove(id);
                  } else {
                    TestSink.write(writer, INSERT, id, title);
                    model.put(id, title);
                  }
                }
              });
      commit(append);
      if (random.nextInt(3) == 0) {
        commit(append);
      }
      assertThat(titles()).as("seed %s, checkpoint %s", SEED, checkpoint).isEqualTo(model);
    }
  }

  private interface Writing {
    void to(UpsertSinkWriter writer) throws Exception;
  }

  private static void insert(UpsertSinkWriter writer, Map<Long, String> titles) throws Exception {
    for (Map.Entry<Long, String> row : new TreeMap<>(titles).entrySet()) {
      TestSink.write(writer, INSERT, row.getKey(), row.getValue());
    }
  }

  private Append append(Writing writing) throws Exception {
    try (UpsertSinkWriter writer = TestSink.upsertWriter(settings)) {
      writing.to(writer);
      List<Change> changes = new ArrayList<>(writer.prepareCommit());
      return new Append(
          UUID.randomUUID(), 1, false, StoredRows.version(dataset()), Change.union(changes));
    }
  }

  private void commit(Append append) throws Exception {
    try (AppendCommitter committer = new AppendCommitter(settings)) {
      committer.commit(List.of(new TestCommitRequest(append)));
    }
  }

  /** Fails if an id is there twice. */
  private Map<Long, String> titles() throws Exception {
    Map<Long, String> titles = new HashMap<>();
    for (RowData row : StoredRows.read(dataset(), TestSink.ROWS)) {
      assertThat(titles.put(row.getLong(0), row.getString(1).toString()))
          .as("another row of id %s", row.getLong(0))
          .isNull();
    }
    return titles;
  }

  private Path dataset() {
    return directory.resolve("items");
  }
}
