package dev.freshet.lance.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.ValuesTable;
import dev.freshet.lance.commit.ScalarSegmentBuilder;
import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.CommitToken;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.EntryState;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.ScalarType;
import dev.freshet.vector.format.BTreeReader;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.LocalIndexStorage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarSegmentTest {

  private static final long SEED = 7;
  private static final int ROWS = 700;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSegmentOfEachTypeIsRight(boolean stableRowIds) throws Exception {
    try (ValuesTable table = table(stableRowIds)) {
      table.delete("id % 7 = 3");
      for (String column : ValuesTable.COLUMNS) {
        try (DatasetHandle handle = table.open()) {
          SegmentRegistration segment = build(handle, column, Coverage.of(0, 2));
          assertThat(entries(handle, column).difference(segment.uuid(), segment.coverage()))
              .as(column)
              .isEmpty();
          assertThat(answers(table, handle, column, segment, ManifestReader.live(handle)))
              .as(column)
              .isEmpty();
        }
      }
    }
  }

  @Test
  void rowsThatWereDeletedSinceDoNotCount() throws Exception {
    try (ValuesTable table = table(false)) {
      UUID segment;
      try (DatasetHandle handle = table.open()) {
        segment = build(handle, "i32", Coverage.of(0, 1)).uuid();
      }
      table.delete("id % 5 = 1");
      try (DatasetHandle handle = table.open()) {
        assertThat(entries(handle, "i32").difference(segment, Coverage.of(0, 1))).isEmpty();
      }
    }
  }

  @Test
  void entriesOfAnotherColumnAreSeen() throws Exception {
    try (ValuesTable table = table(false);
        DatasetHandle handle = table.open()) {
      SegmentRegistration wrong = build(handle, "id", Coverage.of(0));
      assertThat(entries(handle, "i64").difference(wrong.uuid(), Coverage.of(0)))
          .hasValueSatisfying(
              what -> assertThat(what).contains("not the present values of their rows"));
      SegmentRegistration claimed = over(handle, wrong, "i64", wrong.coverage());
      assertThat(answers(table, handle, "i64", claimed, Coverage.of(0))).isPresent();
    }
  }

  @Test
  void fragmentsWithoutEntriesAreSeen() throws Exception {
    try (ValuesTable table = table(false);
        DatasetHandle handle = table.open()) {
      SegmentRegistration narrow = build(handle, "text", Coverage.of(0));
      assertThat(entries(handle, "text").difference(narrow.uuid(), Coverage.of(0, 1)))
          .contains("it has " + ROWS + " entries for " + 2 * ROWS + " live rows");
      SegmentRegistration claimed = over(handle, narrow, "text", Coverage.of(0, 1));
      assertThat(answers(table, handle, "text", claimed, Coverage.of(0, 1)))
          .hasValueSatisfying(what -> assertThat(what).contains("where", "are right"));
    }
  }

  @Test
  void anIndexThatIsNotUsedIsSeen() throws Exception {
    try (ValuesTable table = table(false);
        DatasetHandle handle = table.open()) {
      assertThat(new ScalarVerifier("i32", SEED).difference(handle, Coverage.of(0)))
          .contains("Lance answers no filter by it");
    }
  }

  @Test
  void rowIdsAreThoseOfTheRows() throws Exception {
    try (ValuesTable table = table(false);
        DatasetHandle handle = table.open()) {
      for (String column : ValuesTable.COLUMNS) {
        UUID segment = build(handle, column, Coverage.of(1)).uuid();
        List<Long> ids = new ArrayList<>();
        BTreeReader reader = BTreeReader.open(storage(handle), segment);
        reader.rowIds(ids::add);
        assertThat(reader.rows()).as(column).isEqualTo(ROWS);
        assertThat(ids.stream().sorted().toList())
            .as(column)
            .isEqualTo(
                java.util.stream.LongStream.range(0, ROWS)
                    .mapToObj(row -> (1L << Integer.SIZE) + row)
                    .toList());
      }
    }
  }

  @Test
  void entriesOutsideTheCoverageAreSeen() throws Exception {
    try (ValuesTable table = table(false);
        DatasetHandle handle = table.open()) {
      UUID wide = build(handle, "i64", Coverage.of(0, 1)).uuid();
      SegmentEntries entries = new SegmentEntries(storage(handle), ScalarType.BTREE);
      assertThat(state(entries, handle, wide, Coverage.of(0, 1))).isEqualTo(EntryState.SOUND);
      assertThat(state(entries, handle, wide, Coverage.of(0))).isEqualTo(EntryState.WORN);
    }
  }

  private static EntryState state(
      SegmentEntries entries, DatasetHandle handle, UUID segment, Coverage coverage)
      throws Exception {
    return entries.state(
        handle, ManifestReader.read(handle, "none"), new CommittedSegment(segment, coverage));
  }

  private ValuesTable table(boolean stableRowIds) {
    ValuesTable table = new ValuesTable(directory.resolve("t"), stableRowIds, SEED);
    for (int fragment = 0; fragment < 3; fragment++) {
      table.append(ROWS);
    }
    return table;
  }

  private static IndexSpec.Scalar spec(String column) {
    return new IndexSpec.Scalar(column + "_idx", column, ScalarType.BTREE);
  }

  private static SegmentRegistration build(DatasetHandle handle, String column, Coverage coverage) {
    return ScalarSegmentBuilder.build(handle, spec(column), UUID.randomUUID(), coverage);
  }

  /** The same segment as one of another column or coverage. */
  private static SegmentRegistration over(
      DatasetHandle handle, SegmentRegistration segment, String column, Coverage coverage) {
    return new SegmentRegistration(
        segment.uuid(),
        column + "_idx",
        handle.field(column),
        coverage,
        segment.type(),
        segment.details());
  }

  private static ScalarEntries entries(DatasetHandle handle, String column) {
    return new ScalarEntries(handle, column, storage(handle));
  }

  private static IndexStorage storage(DatasetHandle handle) {
    return new LocalIndexStorage(handle.location().uri());
  }

  private static java.util.Optional<String> answers(
      ValuesTable table,
      DatasetHandle handle,
      String column,
      SegmentRegistration segment,
      Coverage asked)
      throws Exception {
    try (DetachedVersion detached =
        new SegmentPublisher(Clock.systemUTC(), table.files())
            .detach(handle, segment, Set.of(), new CommitToken(segment.index(), segment.uuid()))) {
      return new ScalarVerifier(column, SEED).difference(detached.handle(), asked);
    }
  }
}
