package dev.freshet.sql.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.TransactionHistory;
import dev.freshet.lance.write.WrittenFragments;
import dev.freshet.sql.StoredRows;
import dev.freshet.state.model.AppendToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Dataset;
import org.lance.Ref;
import org.lance.cleanup.CleanupPolicy;
import org.lance.compaction.CompactionOptions;

class AppendCommitterTest {

  @TempDir Path directory;

  private SinkSettings settings;

  @BeforeEach
  void plan() {
    settings = TestSink.settings(TestSink.options(dataset()));
  }

  @Test
  void appendsTheFragmentsOfACheckpointInOneVersionAndSaysWhereTheyAreFrom() throws Exception {
    Append append = append(settings, 3, false, 100, 50);
    commit(settings, append);
    assertThat(StoredRows.version(dataset())).isEqualTo(2);
    assertThat(StoredRows.fragments(dataset())).containsExactly(100, 50);
    assertThat(token(2)).contains(new AppendToken(settings.sink(), append.id(), 3, false));
  }

  @Test
  void appendsNothingTwice() throws Exception {
    Append append = append(settings, 1, false, 100);
    commit(settings, append);
    commit(settings, append(settings, 2, false, 20));
    commit(settings, append);
    assertThat(StoredRows.count(dataset())).isEqualTo(120);
    assertThat(StoredRows.version(dataset())).isEqualTo(3);
  }

  @Test
  void findsWhatAnotherRunCommittedFromTheSameSavepoint() throws Exception {
    Append append = append(settings, 1, false, 100);
    commit(settings, append);
    commit(TestSink.settings(TestSink.options(dataset())), append);
    assertThat(StoredRows.count(dataset())).isEqualTo(100);
  }

  /** Lance aborts the process if it is asked for the transaction that a clone begins with. */
  @Test
  void looksThroughTheBeginningOfAShallowClone() throws Exception {
    commit(settings, append(settings, 1, false, 10));
    Path clone = directory.resolve("clone");
    try (BufferAllocator allocator = new RootAllocator();
        Dataset opened = open(allocator)) {
      opened.shallowClone(clone.toString(), Ref.ofMain(opened.version())).close();
    }
    SinkSettings cloned = TestSink.settings(TestSink.options(clone));
    Append append =
        new Append(
            UUID.randomUUID(),
            1,
            false,
            StoredRows.version(clone) - 1,
            Change.append(TestSink.written(cloned, 0, 100)));
    commit(cloned, append);
    commit(cloned, append);
    assertThat(StoredRows.count(clone)).isEqualTo(110);
    assertThat(StoredRows.count(dataset())).isEqualTo(10);
  }

  @Test
  void findsItAlsoWhenItsFragmentsWereCompacted() throws Exception {
    Append append = append(settings, 1, false, 100, 100);
    commit(settings, append);
    compact();
    commit(settings, append);
    assertThat(StoredRows.fragments(dataset())).containsExactly(200);
  }

  @Test
  void marksTheEndOfTheInput() throws Exception {
    commit(settings, append(settings, 1, true, 100));
    assertThat(token(2).map(AppendToken::last)).contains(true);
  }

  @Test
  void marksTheEndEvenIfNoRowIsLeft() throws Exception {
    commit(settings, append(settings, 1, false, 100));
    Append end = new Append(UUID.randomUUID(), 2, true, 2, Change.NOTHING);
    commit(settings, end);
    commit(settings, end);
    assertThat(StoredRows.version(dataset())).isEqualTo(3);
    assertThat(StoredRows.count(dataset())).isEqualTo(100);
    assertThat(token(3).map(AppendToken::last)).contains(true);
  }

  @Test
  void marksTheEndForARunThatFindsTheRowsOfAnother() throws Exception {
    Append end = append(settings, 1, true, 100);
    commit(settings, end);
    SinkSettings restored = TestSink.settings(TestSink.options(dataset()));
    commit(restored, end);
    assertThat(StoredRows.count(dataset())).isEqualTo(100);
    assertThat(token(3)).contains(new AppendToken(restored.sink(), end.id(), 1, true));
  }

  @Test
  void findsTheFilesWhenTheVersionsAreGone() throws Exception {
    Append append = append(settings, 1, false, 100);
    commit(settings, append);
    commit(settings, append(settings, 2, false, 20));
    cleanUp();
    commit(settings, append);
    assertThat(StoredRows.count(dataset())).isEqualTo(120);
  }

  @Test
  void failsRatherThanGuessWhenAllTracesAreGone() throws Exception {
    Append append = append(settings, 1, false, 100, 100);
    commit(settings, append);
    compact();
    cleanUp();
    assertThatThrownBy(() -> commit(settings, append))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Cannot tell whether the rows of checkpoint 1 were appended")
        .hasMessageContaining("since 1 were cleaned up");
    assertThat(StoredRows.count(dataset())).isEqualTo(200);
  }

  @Test
  void commitsNoFragmentWhoseFileIsGone() throws Exception {
    commit(settings, append(settings, 1, false, 10));
    Append old = append(settings, 2, false, 100);
    Path newest;
    try (Stream<Path> files = Files.list(dataset().resolve("data"))) {
      newest = files.max(Comparator.comparing(file -> file.toFile().length())).orElseThrow();
    }
    Files.delete(newest);
    assertThatThrownBy(() -> commit(settings, old))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Cannot append the rows of checkpoint 2")
        .hasMessageContaining(newest.getFileName() + " of ")
        .hasMessageContaining("is gone");
    assertThat(StoredRows.count(dataset())).isEqualTo(10);
  }

  private Append append(SinkSettings sink, long checkpoint, boolean last, int... fragments)
      throws Exception {
    List<WrittenFragments> written = new java.util.ArrayList<>();
    for (int rows : fragments) {
      written.add(TestSink.written(sink, 0, rows));
    }
    return new Append(
        UUID.randomUUID(),
        checkpoint,
        last,
        StoredRows.version(dataset()),
        Change.append(WrittenFragments.union(written)));
  }

  private static void commit(SinkSettings sink, Append append) throws IOException {
    try (AppendCommitter committer = new AppendCommitter(sink)) {
      committer.commit(List.of(new TestCommitRequest(append)));
    }
  }

  private Optional<AppendToken> token(long version) {
    try (DatasetVersions versions =
            new DatasetVersions(DatasetLocation.of(dataset().toString()), 1L << 24);
        DatasetHandle handle = versions.latest()) {
      return TransactionHistory.findBack(
              handle,
              new LocalDatasetFiles(dataset()),
              version - 1,
              entry -> entry.version() == version)
          .flatMap(entry -> AppendToken.of(entry.properties()));
    }
  }

  private void compact() {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset opened = open(allocator)) {
      opened.compact(CompactionOptions.builder().build());
    }
  }

  private void cleanUp() {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset opened = open(allocator)) {
      opened.cleanupWithPolicy(CleanupPolicy.builder().withBeforeVersion(opened.version()).build());
    }
  }

  private Dataset open(BufferAllocator allocator) {
    return Dataset.open().allocator(allocator).uri(dataset().toString()).build();
  }

  private Path dataset() {
    return directory.resolve("items");
  }
}
