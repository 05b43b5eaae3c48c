package dev.freshet.vector.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.merge.SegmentMerger;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Transaction;
import org.lance.index.Index;
import org.lance.index.IndexDescription;
import org.lance.index.OptimizeOptions;
import org.lance.operation.CreateIndex;

/** Lance takes a segment of ours for one of its own, in all that it does with segments. */
class IndexDetailsITCase {
  private static final long SEED = 29;

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

  private LanceTable table() throws IOException {
    return table("t");
  }

  private LanceTable table(String name) throws IOException {
    return new LanceTable(allocator, directory.resolve(name + ".lance"), 16, 2, 600, SEED);
  }

  private static Index build(LanceTable table, IndexType type, Metric metric) {
    return table.build(table.randomModel(type, metric, 4, 8), table.fragments());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void sayWhatLancesOwnSayButForItsBuildParameters(IndexType type, Metric metric)
      throws IOException {
    try (LanceTable table = table()) {
      IvfModel model = table.randomModel(type, metric, 4, 8);
      byte[] lances = table.build(model, List.of(0)).indexDetails().orElseThrow();
      assertThat(withoutBuildParameters(lances)).isEqualTo(IndexDetails.encode(readModel(table)));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void ourSegmentLivesTheSameLifeAsLancesOwn(IndexType type, Metric metric) throws Exception {
    List<String> lancesLife = new ArrayList<>();
    try (LanceTable table = table("lance")) {
      table.commit(List.of(build(table, type, metric)));
      live(table, metric, lancesLife);
    }
    List<String> ourLife = new ArrayList<>();
    try (LanceTable table = table("freshet")) {
      UUID lances = build(table, type, metric).uuid();
      IvfModel model = SegmentReader.open(table.storage(), lances).model();
      UUID ours = UUID.randomUUID();
      SegmentMerger.merge(table.storage(), List.of(SegmentMerger.Input.all(lances)), ours, model);
      table.storage().delete(lances);
      commitAsTransaction(table, table.describe(ours, model, table.fragments()));
      assertThat(table.segments()).extracting(Index::uuid).containsExactly(ours);
      live(table, metric, ourLife);
    }
    assertThat(ourLife).as("seed %d", SEED).isEqualTo(lancesLife);
  }

  /** Describe, append, optimize, delete, compact with a remap; notes what each leads to. */
  private static void live(LanceTable table, Metric metric, List<String> notes) throws Exception {
    notes.add("committed " + state(table, metric));
    table.delete("id % 3 = 0");
    notes.add("deleted " + state(table, metric));
    table.compact();
    notes.add("compacted " + state(table, metric));
    table.append(1200, 300);
    table.dataset().optimizeIndices(OptimizeOptions.builder().numIndicesToMerge(0).build());
    notes.add("new segment " + state(table, metric));
    table.append(1500, 300);
    table.dataset().optimizeIndices(OptimizeOptions.builder().build());
    notes.add("optimized " + state(table, metric));
    table.compact();
    notes.add("compacted again " + state(table, metric));
  }

  private static String state(LanceTable table, Metric metric) throws Exception {
    Map<String, Object> statistics = table.dataset().getIndexStatistics(LanceTable.INDEX_NAME);
    IndexDescription description = table.dataset().describeIndices().get(0);
    StringBuilder state = new StringBuilder();
    for (String key : List.of("index_type", "num_indexed_rows", "num_unindexed_rows")) {
      state.append(statistics.get(key)).append(' ');
    }
    state.append(description.getIndexType()).append(' ').append(description.getRowsIndexed());
    for (Index segment : table.segments()) {
      SegmentReader reader = SegmentReader.open(table.storage(), segment.uuid());
      state.append(" model ").append(reader.model().id());
      state.append(Arrays.toString(reader.partitionLengths()));
    }
    return state.append(table.search(metric, 10, SEED)).toString();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aRemapKeepsTheModelAndTheAnswers(IndexType type, Metric metric) throws Exception {
    try (LanceTable table = table("t")) {
      Index lances = build(table, type, metric);
      table.commit(List.of(lances));
      final String model = SegmentReader.open(table.storage(), lances.uuid()).model().id();
      for (int divisor = 5; divisor > 2; divisor--) {
        table.delete("id % " + divisor + " = 0");
        final List<List<LanceTable.Hit>> before = table.search(metric, 10, SEED);
        table.compact();
        UUID remapped = table.segments().get(0).uuid();
        assertThat(SegmentReader.open(table.storage(), remapped).model().id()).isEqualTo(model);
        assertThat(table.search(metric, 10, SEED)).as("seed %d", SEED).isEqualTo(before);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anEmptySegmentHoldsAModel(IndexType type, Metric metric) throws Exception {
    try (LanceTable table = table()) {
      UUID lances = table.build(table.randomModel(type, metric, 4, 8), List.of(0)).uuid();
      IvfModel model = SegmentReader.open(table.storage(), lances).model();
      UUID empty = UUID.randomUUID();
      try (SegmentWriter writer = SegmentWriter.create(table.storage(), empty, model)) {
        writer.finish();
      }
      table.commit(List.of(table.describe(empty, model, table.fragments())));
      // the hits come from the segment alone, which has none
      assertThat(table.search(metric, 3, SEED)).containsOnly(List.of());
      table.delete("id % 3 = 0");
      table.compact();
      assertThat(table.search(metric, 3, SEED)).containsOnly(List.of());
    }
  }

  @Test
  void ofLancesOwnTypesAreRefused() throws IOException {
    try (LanceTable table = table()) {
      IvfModel model = table.randomModel(IndexType.IVF_RQ, Metric.L2, 4, 8);
      assertThatThrownBy(() -> IndexDetails.encode(model))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Segments of IVF_RQ are Lance's own, and so are their details");
    }
  }

  private IvfModel readModel(LanceTable table) throws IOException {
    UUID only = table.storage().list().get(0);
    return SegmentReader.open(table.storage(), only).model();
  }

  private void commitAsTransaction(LanceTable table, Index segment) {
    CreateIndex operation =
        CreateIndex.builder()
            .withNewIndices(List.of(segment))
            .withRemovedIndices(List.of())
            .build();
    try (Transaction transaction =
            new Transaction.Builder()
                .readVersion(table.dataset().version())
                .operation(operation)
                .build();
        Dataset committed = new CommitBuilder(table.dataset()).execute(transaction)) {
      assertThat(committed.version()).isEqualTo(table.dataset().version() + 1);
    }
    table.dataset().checkoutLatest();
  }

  /** The same Any without the map of build parameters, field 9. */
  private static byte[] withoutBuildParameters(byte[] details) throws CorruptSegmentException {
    ProtoReader any = new ProtoReader(details);
    ProtoWriter kept = new ProtoWriter();
    ProtoWriter result = new ProtoWriter();
    while (any.next()) {
      if (any.field() == 1) {
        result.string(1, any.string());
      } else {
        ProtoReader message = any.message();
        while (message.next()) {
          copyUnless9(message, kept);
        }
      }
    }
    return result.message(2, kept).toByteArray();
  }

  private static void copyUnless9(ProtoReader message, ProtoWriter to)
      throws CorruptSegmentException {
    if (message.field() == 1) {
      to.number(1, message.number());
    } else if (message.field() != 9) {
      ByteBuffer payload = message.payload();
      byte[] bytes = new byte[payload.remaining()];
      payload.get(bytes);
      to.bytes(message.field(), bytes);
    }
  }
}
