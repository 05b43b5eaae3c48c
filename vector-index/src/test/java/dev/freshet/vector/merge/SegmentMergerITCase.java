package dev.freshet.vector.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.format.FileFormat;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.LanceTable;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.format.SegmentSummary;
import dev.freshet.vector.merge.SegmentMerger.Input;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lance.index.Index;

/** Lance answers from merged segments as it does from their inputs. */
class SegmentMergerITCase {
  private static final long SEED = 31;
  private static final int ROWS = 500;
  private static final int QUERIES = 20;

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

  static Stream<Arguments> kinds() {
    return Stream.of(IndexType.IVF_FLAT, IndexType.IVF_PQ, IndexType.IVF_SQ)
        .flatMap(type -> Arrays.stream(Metric.values()).map(metric -> Arguments.of(type, metric)));
  }

  private LanceTable table(int fragments) throws IOException {
    return new LanceTable(allocator, directory.resolve("t.lance"), 32, fragments, ROWS, SEED);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void mergedTwiceAnswersAsItsInputsDo(IndexType type, Metric metric) throws Exception {
    try (LanceTable table = table(3)) {
      // one segment by Lance, since it chooses SQ bounds anew for each; split by fragment
      Index lances = table.build(table.randomModel(type, metric, 8, 8), table.fragments());
      table.commit(List.of(lances));
      List<List<LanceTable.Hit>> expected = table.search(metric, QUERIES, SEED);
      IvfModel model = SegmentReader.open(table.storage(), lances.uuid()).model();
      List<UUID> parts = new ArrayList<>();
      for (long fragment : table.fragments()) {
        UUID part = UUID.randomUUID();
        parts.add(part);
        SegmentMerger.merge(
            table.storage(),
            List.of(new Input(lances.uuid(), rowId -> rowId >>> 32 == fragment)),
            part,
            model);
      }

      UUID firstTwo = merge(table, parts.subList(0, 2), model);
      UUID all = merge(table, List.of(firstTwo, parts.get(2)), model);
      table.commit(List.of(table.describe(all, model, table.fragments())));

      assertThat(table.segments()).extracting(Index::uuid).containsExactly(all);
      assertThat(table.search(metric, QUERIES, SEED)).as("seed %d", SEED).isEqualTo(expected);
      assertThat(rowIds(table.storage(), all))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, 3 * ROWS)
                  .mapToObj(i -> ((long) (i / ROWS) << 32) | (i % ROWS))
                  .toList());
    }
  }

  /** Hazard H1: Lance takes the transposed codes of its inputs for row-major ones. */
  @Test
  void mergesMergedSegmentsThatLanceCorrupts() throws Exception {
    try (LanceTable table = table(4)) {
      IvfModel model = table.randomModel(IndexType.IVF_PQ, Metric.L2, 8, 8);
      List<Index> fresh = build(table, model);
      Index left = table.dataset().mergeExistingIndexSegments(fresh.subList(0, 2));
      Index right = table.dataset().mergeExistingIndexSegments(fresh.subList(2, 4));
      table.commit(List.of(left, right));
      checkOursIsRightAndLancesIsNot(table, List.of(left, right), model);
    }
  }

  /** Hazard H1 again: what a compaction remapped is transposed as well. */
  @Test
  void mergesRemappedSegmentsThatLanceCorrupts() throws Exception {
    try (LanceTable table = table(4)) {
      IvfModel model = table.randomModel(IndexType.IVF_PQ, Metric.L2, 8, 8);
      table.commit(List.of(table.build(model, List.of(0, 1)), table.build(model, List.of(2, 3))));
      table.delete("id % 7 = 0");
      table.compact();
      List<Index> remapped = table.segments();
      assertThat(remapped).hasSize(2);
      checkOursIsRightAndLancesIsNot(table, remapped, model);
    }
  }

  private void checkOursIsRightAndLancesIsNot(LanceTable table, List<Index> inputs, IvfModel model)
      throws Exception {
    List<List<LanceTable.Hit>> expected = table.search(Metric.L2, QUERIES, SEED);

    table.commit(List.of(table.dataset().mergeExistingIndexSegments(inputs)));
    assertThat(recall(expected, table.search(Metric.L2, QUERIES, SEED)))
        .as("a merge by Lance: if it is right now, H1 is gone")
        .isLessThan(0.6);

    UUID ours = merge(table, uuids(inputs), model);
    table.commit(List.of(table.describe(ours, model, table.fragments())));
    assertThat(table.search(Metric.L2, QUERIES, SEED)).as("seed %d", SEED).isEqualTo(expected);
  }

  /** A table may be written in another format from some version on. */
  @ParameterizedTest
  @EnumSource(FileFormat.class)
  void mergesSegmentsOfEveryFormatIntoOne(FileFormat output) throws Exception {
    try (LanceTable table = table(3)) {
      IvfModel model = table.randomModel(IndexType.IVF_PQ, Metric.L2, 8, 8);
      List<Index> inputs = build(table, model);
      table.commit(inputs);
      List<List<LanceTable.Hit>> expected = table.search(Metric.L2, QUERIES, SEED);
      List<UUID> parts = new ArrayList<>();
      for (FileFormat format : FileFormat.values()) {
        parts.add(UUID.randomUUID());
        SegmentMerger.merge(
            table.storage(format),
            List.of(Input.all(inputs.get(format.ordinal()).uuid())),
            parts.get(format.ordinal()),
            model);
      }

      UUID all = UUID.randomUUID();
      SegmentMerger.merge(
          table.storage(output), parts.stream().map(Input::all).toList(), all, model);
      table.commit(List.of(table.describe(all, model, table.fragments())));

      assertThat(table.segments()).extracting(Index::uuid).containsExactly(all);
      assertThat(table.search(Metric.L2, QUERIES, SEED)).as("seed %d", SEED).isEqualTo(expected);
    }
  }

  @Test
  void leavesOutTheRowsNotToKeep() throws Exception {
    try (LanceTable table = table(2)) {
      IvfModel model = table.randomModel(IndexType.IVF_PQ, Metric.L2, 8, 8);
      List<Index> inputs = build(table, model);
      UUID output = UUID.randomUUID();

      SegmentSummary summary =
          SegmentMerger.merge(
              table.storage(),
              uuids(inputs).stream().map(uuid -> new Input(uuid, id -> id % 3 == 1)).toList(),
              output,
              model);

      List<Long> rowIds = rowIds(table.storage(), output);
      assertThat(summary.rows()).isEqualTo(rowIds.size());
      assertThat(rowIds)
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, 2 * ROWS)
                  .mapToObj(i -> ((long) (i / ROWS) << 32) | (i % ROWS))
                  .filter(id -> id % 3 == 1)
                  .toList());
    }
  }

  @Test
  void refusesAnotherModelAndLeavesNothingBehind() throws Exception {
    try (LanceTable table = table(2)) {
      IvfModel model = table.randomModel(IndexType.IVF_PQ, Metric.L2, 8, 8);
      IvfModel other = table.randomModel(IndexType.IVF_PQ, Metric.L2, 8, 8);
      List<UUID> inputs =
          List.of(table.build(model, List.of(0)).uuid(), table.build(other, List.of(1)).uuid());
      assertThatThrownBy(() -> merge(table, inputs, model))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Segment %s has model %s, not %s: segments of different models cannot be merged,"
                  + " rebuild it from its fragments",
              inputs.get(1), other.id(), model.id());
      assertThat(table.storage().list()).containsExactlyInAnyOrderElementsOf(inputs);
    }
  }

  private static List<Index> build(LanceTable table, IvfModel model) {
    List<Index> segments = new ArrayList<>();
    for (int fragment : table.fragments()) {
      segments.add(table.build(model, List.of(fragment)));
    }
    return segments;
  }

  private UUID merge(LanceTable table, List<UUID> inputs, IvfModel model) throws IOException {
    UUID output = UUID.randomUUID();
    SegmentMerger.merge(table.storage(), inputs.stream().map(Input::all).toList(), output, model);
    return output;
  }

  private static List<UUID> uuids(List<Index> segments) {
    return segments.stream().map(Index::uuid).toList();
  }

  private static List<Long> rowIds(IndexStorage storage, UUID segment) throws IOException {
    List<Long> rowIds = new ArrayList<>();
    SegmentReader.open(storage, segment).rowIds(rowIds::add);
    return rowIds;
  }

  private static double recall(
      List<List<LanceTable.Hit>> expected, List<List<LanceTable.Hit>> found) {
    int hits = 0;
    int total = 0;
    for (int q = 0; q < expected.size(); q++) {
      Set<Integer> wanted =
          new HashSet<>(expected.get(q).stream().map(LanceTable.Hit::id).toList());
      hits += (int) found.get(q).stream().filter(hit -> wanted.contains(hit.id())).count();
      total += wanted.size();
    }
    return (double) hits / total;
  }
}
