package dev.freshet.lance.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.ValuesTable;
import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.ScalarType;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.IndexedRows;
import dev.freshet.vector.format.LocalIndexStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments of words, judged by Lance's own reading of the texts. */
class TextSegmentTest {

  private static final long SEED = 11;
  private static final int ROWS = 400;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSegmentFindsTheWordsOfItsRows(boolean stableRowIds) throws Exception {
    try (ValuesTable table = table(stableRowIds)) {
      table.delete("id % 7 = 3");
      try (DatasetHandle handle = table.open()) {
        SegmentRegistration segment = build(handle, ValuesTable.PROSE, Coverage.of(0, 2));
        assertThat(entries(handle, ValuesTable.PROSE, segment, segment.coverage())).isEmpty();
        for (long seed = 0; seed < 5; seed++) {
          assertThat(words(table, handle, segment, segment.coverage(), seed))
              .as("seed %d", seed)
              .isEmpty();
        }
      }
    }
  }

  @Test
  void rowsAreThoseWithATextInFragmentsWithoutOneToo() throws Exception {
    try (ValuesTable table = table(false)) {
      table.delete(ValuesTable.PROSE + " IS NOT NULL AND id < " + ROWS);
      try (DatasetHandle handle = table.open()) {
        SegmentRegistration none = build(handle, ValuesTable.PROSE, Coverage.of(0));
        assertThat(rows(handle, none)).isEmpty();
        assertThat(entries(handle, ValuesTable.PROSE, none, none.coverage())).isEmpty();
        assertThat(words(table, handle, none, none.coverage(), SEED)).isEmpty();
        SegmentRegistration some = build(handle, ValuesTable.PROSE, Coverage.of(1));
        assertThat(rows(handle, some)).hasSizeBetween(ROWS / 2, ROWS - 1).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void wordsOfAnotherColumnAreSeen() throws Exception {
    try (ValuesTable table = table(false);
        DatasetHandle handle = table.open()) {
      SegmentRegistration wrong = build(handle, "text", Coverage.of(0));
      assertThat(entries(handle, ValuesTable.PROSE, wrong, wrong.coverage()))
          .hasValueSatisfying(what -> assertThat(what).contains("rows without a text"));
      SegmentRegistration claimed = over(handle, wrong, wrong.coverage());
      assertThat(words(table, handle, claimed, claimed.coverage(), SEED))
          .hasValueSatisfying(what -> assertThat(what).contains("by the word", "are right"));
    }
  }

  @Test
  void fragmentsWithoutEntriesAreSeen() throws Exception {
    try (ValuesTable table = table(false);
        DatasetHandle handle = table.open()) {
      SegmentRegistration narrow = build(handle, ValuesTable.PROSE, Coverage.of(0));
      assertThat(entries(handle, ValuesTable.PROSE, narrow, Coverage.of(0, 1)))
          .hasValueSatisfying(what -> assertThat(what).startsWith("it has no entry of "));
      SegmentRegistration claimed = over(handle, narrow, Coverage.of(0, 1));
      assertThat(words(table, handle, claimed, claimed.coverage(), SEED)).isPresent();
    }
  }

  /** No file of a segment gets to Lance's reader if one of them is another thing, or is missing. */
  @ParameterizedTest
  @ValueSource(strings = {"docs", "tokens", "invert"})
  void filesThatAreNoneOfLanceOrMissingAreSeen(String part) throws Exception {
    try (ValuesTable table = table(false);
        DatasetHandle handle = table.open()) {
      SegmentRegistration segment = build(handle, ValuesTable.PROSE, Coverage.of(0));
      Path file;
      try (Stream<Path> files =
          Files.list(directory.resolve("t/_indices").resolve(segment.uuid().toString()))) {
        file =
            files.filter(one -> one.toString().endsWith(part + ".lance")).findFirst().orElseThrow();
      }
      Files.writeString(file, "these are words and no file of Lance");
      assertThatThrownBy(() -> rows(handle, segment)).isInstanceOf(CorruptSegmentException.class);
      Files.delete(file);
      assertThatThrownBy(() -> rows(handle, segment))
          .isInstanceOf(CorruptSegmentException.class)
          .hasMessageContaining("is missing");
    }
  }

  /** A text that was rewritten in its place has another word, and the same row. */
  @Test
  void wordsOfFormerTextsAreSeen() throws Exception {
    try (ValuesTable table = table(false)) {
      SegmentRegistration segment;
      try (DatasetHandle handle = table.open()) {
        segment = build(handle, ValuesTable.PROSE, Coverage.of(0));
      }
      table.updateInPlace(0, 0, ROWS);
      try (DatasetHandle handle = table.open()) {
        assertThat(words(table, handle, segment, segment.coverage(), SEED)).isPresent();
      }
    }
  }

  private ValuesTable table(boolean stableRowIds) {
    ValuesTable table = new ValuesTable(directory.resolve("t"), stableRowIds, SEED);
    for (int fragment = 0; fragment < 3; fragment++) {
      table.append(ROWS);
    }
    return table;
  }

  private static SegmentRegistration build(DatasetHandle handle, String column, Coverage coverage)
      throws Exception {
    IndexSpec.Scalar spec = new IndexSpec.Scalar(column + "_idx", column, ScalarType.INVERTED);
    return ClonedSegments.build(handle, spec, coverage);
  }

  /** The same segment as one of the sentences, and of another coverage. */
  private static SegmentRegistration over(
      DatasetHandle handle, SegmentRegistration segment, Coverage coverage) {
    return new SegmentRegistration(
        segment.uuid(),
        "claimed_idx",
        handle.field(ValuesTable.PROSE),
        coverage,
        segment.type(),
        segment.details());
  }

  private static Optional<String> entries(
      DatasetHandle handle, String column, SegmentRegistration segment, Coverage coverage)
      throws Exception {
    return TextRows.of(handle, column, storage(handle), segment.uuid(), coverage).objection(true);
  }

  private static Optional<String> words(
      ValuesTable table,
      DatasetHandle handle,
      SegmentRegistration segment,
      Coverage asked,
      long seed)
      throws Exception {
    SegmentPublisher publisher = new SegmentPublisher(Clock.systemUTC(), table.files());
    try (DetachedVersion alone = publisher.alone(handle, segment);
        DetachedVersion reading =
            publisher.alone(handle, build(handle, ValuesTable.PROSE, Coverage.empty()))) {
      return new TextVerifier(ValuesTable.PROSE, false, false, seed)
          .difference(
              alone.handle(),
              reading.handle(),
              asked,
              TextRows.of(handle, ValuesTable.PROSE, storage(handle), segment.uuid(), asked)
                  .missing());
    }
  }

  private static List<Long> rows(DatasetHandle handle, SegmentRegistration segment)
      throws Exception {
    List<Long> ids = new ArrayList<>();
    IndexedRows.open(storage(handle), segment.uuid(), ScalarType.INVERTED).rowIds(ids::add);
    return ids;
  }

  private static IndexStorage storage(DatasetHandle handle) {
    return new LocalIndexStorage(handle.location().uri());
  }
}
