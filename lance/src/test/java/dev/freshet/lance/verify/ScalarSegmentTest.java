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
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.LocalIndexStorage;
import dev.freshet.vector.format.ScalarSegment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScalarSegmentTest {

  private static final long SEED = 7;
  private static final int ROWS = 700;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "BTREE, false",
    "BTREE, true",
    "BITMAP, false",
    "BITMAP, true",
    "LABEL_LIST, false",
    "LABEL_LIST, true"
  })
  void aSegmentOfEachTypeIsRight(ScalarType type, boolean stableRowIds) throws Exception {
    try (ValuesTable table = table(stableRowIds)) {
      table.delete("id % 7 = 3");
      for (String column : columns(type)) {
        try (DatasetHandle handle = table.open()) {
          SegmentRegistration segment = build(handle, column, type, Coverage.of(0, 2));
          assertThat(entries(handle, column, type).difference(segment.uuid(), segment.coverage()))
              .as(column)
              .isEmpty();
          assertThat(answers(table, handle, column, segment, ManifestReader.live(handle)))
              .as(column)
              .isEmpty();
        }
      }
    }
  }

  private static List<String> columns(ScalarType type) {
    return switch (type) {
      case BTREE -> ValuesTable.COLUMNS;
      case BITMAP -> ValuesTable.COLUMNS.stream().filter(name -> !name.equals("day")).toList();
      case LABEL_LIST -> ValuesTable.LISTS;
      case INVERTED -> List.of("text", ValuesTable.PROSE);
    };
  }

  /** Lance 7.0.0 takes one day that it cannot print for another. */
  @Test
  void daysThatLanceMixesUpAreSeen() throws Exception {
    try (ValuesTable table = table(false);
        DatasetHandle handle = table.open()) {
      SegmentRegistration segment = build(handle, "day", ScalarType.BITMAP, Coverage.of(0, 1, 2));
      assertThat(
              entries(handle, "day", ScalarType.BITMAP)
                  .difference(segment.uuid(), segment.coverage()))
          .isEmpty();
      assertThat(answers(table, handle, "day", segment, segment.coverage()))
          .hasValueSatisfying(what -> assertThat(what).contains("where", "are right"));
    }
  }

  @Test
  void rowsThatWereDeletedSinceDoNotCount() throws Exception {
    try (ValuesTable table = table(false)) {
      UUID segment;
      try (DatasetHandle handle = table.open()) {
        segment = build(handle, "i32", ScalarType.BTREE, Coverage.of(0, 1)).uuid();
      }
      table.delete("id % 5 = 1");
      try (DatasetHandle handle = table.open()) {
        assertThat(entries(handle, "i32", ScalarType.BTREE).difference(segment, Coverage.of(0, 1)))
            .isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BTREE", "BITMAP"})
  void entriesOfAnotherColumnAreSeen(ScalarType type) throws Exception {
    try (ValuesTable table = table(false);
        DatasetHandle handle = table.open()) {
      SegmentRegistration wrong = build(handle, "id", type, Coverage.of(0));
      assertThat(entries(handle, "i64", type).difference(wrong.uuid(), Coverage.of(0)))
          .hasValueSatisfying(
              what -> assertThat(what).contains("not the present values of their rows"));
      SegmentRegistration claimed = over(handle, wrong, "i64", wrong.coverage());
      assertThat(answers(table, handle, "i64", claimed, Coverage.of(0))).isPresent();
    }
  }

  @Test
  void entriesOfOtherListsAreSeen() throws Exception {
    ScalarType type = ScalarType.LABEL_LIST;
    try (ValuesTable table = table(false)) {
      UUID segment;
      try (DatasetHandle handle = table.open()) {
        segment = build(handle, "tags", type, Coverage.of(0)).uuid();
        assertThat(entries(handle, "tags", type).difference(segment, Coverage.of(0))).isEmpty();
      }
      table.updateInPlace(0, 0, 1);
      try (DatasetHandle handle = table.open()) {
        assertThat(entries(handle, "tags", type).difference(segment, Coverage.of(0))).isPresent();
        assertThat(entries(handle, "tags", type).difference(segment, Coverage.of(1))).isPresent();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BTREE", "BITMAP"})
  void fragmentsWithoutEntriesAreSeen(ScalarType type) throws Exception {
    try (ValuesTable table = table(false);
        DatasetHandle handle = table.open()) {
      SegmentRegistration narrow = build(handle, "text", type, Coverage.of(0));
      assertThat(entries(handle, "text", type).difference(narrow.uuid(), Coverage.of(0, 1)))
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
      assertThat(
              new ScalarVerifier("i32", ScalarType.BTREE, SEED).difference(handle, Coverage.of(0)))
          .contains("Lance answers no filter by it");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BTREE", "BITMAP"})
  void rowIdsAreThoseOfTheRows(ScalarType type) throws Exception {
    try (ValuesTable table = table(false);
        DatasetHandle handle = table.open()) {
      for (String column : columns(type)) {
        UUID segment = build(handle, column, type, Coverage.of(1)).uuid();
        List<Long> ids = new ArrayList<>();
        ScalarSegment.open(storage(handle), segment, type).rowIds(ids::add);
        assertThat(ids.stream().sorted().toList())
            .as(column)
            .isEqualTo(
                java.util.stream.LongStream.range(0, ROWS)
                    .mapToObj(row -> (1L << Integer.SIZE) + row)
                    .toList());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void entriesOutsideTheCoverageAreSeen(ScalarType type) throws Exception {
    try (ValuesTable table = table(false);
        DatasetHandle handle = table.open()) {
      UUID wide = build(handle, columns(type).get(1), type, Coverage.of(0, 1)).uuid();
      SegmentEntries entries = new SegmentEntries(storage(handle), type);
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

  private static SegmentRegistration build(
      DatasetHandle handle, String column, ScalarType type, Coverage coverage) throws IOException {
    IndexSpec.Scalar spec = new IndexSpec.Scalar(column + "_idx", column, type);
    return type.isBuiltOverFragments()
        ? ScalarSegmentBuilder.ofValues(handle, spec).build(UUID.randomUUID(), coverage)
        : ClonedSegments.build(handle, spec, coverage);
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

  private static ScalarEntries entries(DatasetHandle handle, String column, ScalarType type) {
    return new ScalarEntries(handle, column, type, storage(handle));
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
      return new ScalarVerifier(column, (ScalarType) segment.type(), SEED)
          .difference(detached.handle(), asked);
    }
  }
}
