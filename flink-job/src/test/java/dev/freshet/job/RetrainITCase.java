package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.report.IndexDescription;
import dev.freshet.job.retrain.ModelChanges;
import dev.freshet.job.retrain.Retraining;
import dev.freshet.job.writer.LanceTable;
import dev.freshet.job.writer.LanceWriter;
import dev.freshet.job.writer.TableFormat;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lance.Dataset;

/** An index gets another model while rows come, and the stream of the index goes on with it. */
class RetrainITCase {

  private static final long SEED = 53;
  private static final int DIMENSION = 16;
  private static final int ROWS = 1500;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String INDEX = VectorTable.VECTOR + "_idx";
  private static final ModelChanges NOTHING = changes(Optional.empty(), Optional.empty());

  @TempDir Path directory;

  private final ClusteredVectors first = new ClusteredVectors(DIMENSION, SEED);
  private final ClusteredVectors drifted = new ClusteredVectors(DIMENSION, SEED + 1);

  @Test
  void driftedRowsGetAModelOfTheirOwn() throws Exception {
    Configuration once = TestIndex.once(path(), IndexType.IVF_PQ, Metric.L2);
    try (VectorTable table = VectorTable.create(path().toString(), DIMENSION);
        TestIndex index = new TestIndex(once)) {
      List<UUID> old = indexDrifted(table, index, once);
      String former = index.description().model().id();
      double before = index.assertClean("before").recallAt10FullProbe();

      Retraining.Result done =
          retrain(
              NOTHING,
              stream -> {
                run(stream);
                if (table.appendedRows() == 4 * ROWS) { // while the first round is under way
                  table.append(drifted.next(ROWS), ROWS);
                  run(once);
                }
              });

      assertThat(done.rounds()).as("the index was ahead once").isEqualTo(2);
      assertThat(done.former()).isEqualTo(former).isNotEqualTo(done.model());
      assertThat(done.partitions()).as("by the rows there are").isNotEqualTo(TestIndex.PARTITIONS);
      assertThat(index.models()).containsOnly(done.model());
      assertThat(index.segments()).doesNotContainAnyElementsOf(old);
      assertThat(index.assertClean("after").recallAt10FullProbe()).isGreaterThan(before);
      assertThat(successor(once).segments()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"IVF_SQ", "IVF_HNSW_SQ", "IVF_RQ"})
  void anIndexOfLanceMayGetAnotherType(IndexType type) throws Exception {
    Configuration once = TestIndex.once(path(), IndexType.IVF_PQ, Metric.L2);
    try (VectorTable table = VectorTable.create(path().toString(), DIMENSION);
        TestIndex index = new TestIndex(once)) {
      table.append(first.next(ROWS), ROWS);
      LanceTables.index(path(), IndexType.IVF_PQ, Metric.L2, TestIndex.PARTITIONS, DIMENSION / 4);
      table.append(drifted.next(ROWS), ROWS);

      retrain(changes(Optional.of(type.name()), Optional.of("cosine")), this::run);

      IndexDescription now = index.description();
      assertThat(now.model().type()).isEqualTo(type);
      assertThat(now.model().metric()).isEqualTo(Metric.COSINE);
      index.assertClean(type.name());
    }
  }

  @Test
  void aStreamGoesOnWithTheNewModel() throws Exception {
    Configuration stream = TestIndex.stream(path(), IndexType.IVF_FLAT, Metric.L2);
    try (VectorTable table = VectorTable.create(path().toString(), DIMENSION);
        TestIndex index = new TestIndex(stream)) {
      table.append(first.next(ROWS), ROWS);
      try (TestJob job = TestJob.start(stream, directory.resolve("stream"), 2, 0)) {
        index.awaitComplete(job, PATIENCE);
        table.append(drifted.next(ROWS), ROWS);

        Retraining.Result done = retrain(NOTHING, this::run);
        index.awaitComplete(job, PATIENCE);
        table.append(drifted.next(ROWS), ROWS);
        index.awaitComplete(job, PATIENCE);

        assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(index.models()).hasSizeGreaterThan(1).containsOnly(done.model());
        index.assertClean("beside a stream");
      }
    }
  }

  @Test
  void aStreamOfAnotherTypeEnds() throws Exception {
    Configuration stream = TestIndex.stream(path(), IndexType.IVF_FLAT, Metric.L2);
    try (VectorTable table = VectorTable.create(path().toString(), DIMENSION);
        TestIndex index = new TestIndex(stream)) {
      table.append(first.next(ROWS), ROWS);
      try (TestJob job = TestJob.start(stream, directory.resolve("stream"), 2, 3)) {
        index.awaitComplete(job, PATIENCE);
        Retraining.Result done =
            retrain(changes(Optional.of("IVF_SQ"), Optional.empty()), this::run);
        table.append(first.next(ROWS), ROWS);

        assertThatThrownBy(job::awaitEnd).isNotNull();
        assertThat(job.failure())
            .contains("Index vector_idx", "is left as it is", "is of type IVF_SQ and metric L2");
        assertThat(index.models()).containsOnly(done.model());
      }
    }
  }

  @Test
  void anIndexOfValuesHasNoModel() throws Exception {
    Configuration once = new Configuration();
    once.set(FreshetOptions.DATASET, path().toString());
    once.set(FreshetOptions.COLUMN, VectorTable.ID);
    once.set(FreshetOptions.INDEX_TYPE, "BTREE");
    once.set(FreshetOptions.INDEX_NAME, INDEX);
    once.set(FreshetOptions.ONCE, true);
    try (VectorTable table = VectorTable.create(path().toString(), DIMENSION)) {
      table.append(first.next(ROWS), ROWS);
      run(once);
      assertThatThrownBy(() -> retrain(NOTHING, this::run))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("Index 'vector_idx'")
          .hasMessageContaining("is no vector index but a BTree");
    }
  }

  /** Rows keep their ids when they are updated, so old entries must go. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rowsThatChangeMeanwhileAreFoundByTheirNewVectors(boolean stableRowIds) throws Exception {
    Configuration once = TestIndex.once(path(), IndexType.IVF_FLAT, Metric.L2);
    try (BufferAllocator allocator = new RootAllocator();
        TestIndex index = new TestIndex(once)) {
      LanceWriter writer = new LanceWriter(allocator, new TableFormat("2.1", stableRowIds));
      writer.create(path().toString(), DIMENSION);
      try (Dataset dataset = LanceTable.open(path(), allocator)) {
        writer.append(dataset, ids(0, ROWS), first.next(ROWS));
      }
      run(once);
      int[] rounds = {0};

      Retraining.Result done =
          retrain(
              NOTHING,
              stream -> {
                run(stream);
                if (rounds[0]++ == 0) {
                  change(writer, allocator);
                  run(once);
                }
              });

      assertThat(done.rounds()).isEqualTo(2);
      assertThat(index.models()).containsOnly(done.model());
      assertThat(index.assertClean("rows changed").indexedRows()).isEqualTo(ROWS - 10);
    }
  }

  private void change(LanceWriter writer, BufferAllocator allocator) throws IOException {
    try (Dataset dataset = LanceTable.open(path(), allocator)) {
      writer.update(dataset, ids(100, 50), drifted.next(50));
    }
    try (Dataset dataset = LanceTable.open(path(), allocator)) {
      LanceWriter.delete(dataset, "id < 10");
    }
    try (Dataset dataset = LanceTable.open(path(), allocator)) {
      writer.rewrite(dataset, 0, ids(200, 50), drifted.next(50));
    }
  }

  /** What a process leaves that dies before the swap. */
  @Test
  void whatIsLeftBesideTheIndexIsRemovedByTheNextAttempt() throws Exception {
    Configuration once = TestIndex.once(path(), IndexType.IVF_FLAT, Metric.L2);
    try (VectorTable table = VectorTable.create(path().toString(), DIMENSION);
        TestIndex index = new TestIndex(once)) {
      List<UUID> old = indexDrifted(table, index, once);
      try (DatasetVersions versions = versions()) {
        run(Retraining.of(base(), INDEX, NOTHING, versions).successor());
        List<UUID> left = successor(once).segments();
        assertThat(left).isNotEmpty();
        assertThat(index.segments()).isEqualTo(old);
        index.assertClean("with a successor beside it");
        table.append(drifted.next(ROWS), ROWS);
        run(once);
        index.assertClean("kept fresh with a successor beside it");

        Retraining again = Retraining.of(base(), INDEX, NOTHING, versions);
        assertThat(again.prepare()).isTrue();
        Retraining.Result done = again.run(this::run);

        assertThat(index.segments()).doesNotContainAnyElementsOf(old);
        assertThat(index.segments()).doesNotContainAnyElementsOf(left);
        assertThat(index.models()).containsOnly(done.model());
        index.assertClean("again");
      }
    }
  }

  @Test
  void aFailureLeavesTheIndexAsItWas() throws Exception {
    Configuration once = TestIndex.once(path(), IndexType.IVF_FLAT, Metric.L2);
    try (VectorTable table = VectorTable.create(path().toString(), DIMENSION);
        TestIndex index = new TestIndex(once)) {
      List<UUID> old = indexDrifted(table, index, once);

      assertThatThrownBy(
              () ->
                  retrain(
                      NOTHING,
                      stream -> {
                        run(stream);
                        throw new IOException("full");
                      }))
          .isInstanceOf(IOException.class)
          .hasMessage("full");
      assertThat(successor(once).segments()).as("what the first round built").isEmpty();
      int[] rounds = {0};
      assertThatThrownBy(() -> retrain(NOTHING, stream -> rounds[0]++))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(
              "Index vector_idx keeps its model: after 20 rounds the new one is still behind, it"
                  + " does not cover fragments [0-3]");

      assertThat(rounds[0]).isEqualTo(20);
      assertThat(index.segments()).isEqualTo(old);
      index.assertClean("after failures");
    }
  }

  /** Two models' worth of rows, by the model of the first. */
  private List<UUID> indexDrifted(VectorTable table, TestIndex index, Configuration once)
      throws Exception {
    table.append(first.next(ROWS), ROWS);
    run(once);
    table.append(drifted.next(3 * ROWS), 3 * ROWS, ROWS);
    run(once);
    return index.segments();
  }

  private Retraining.Result retrain(ModelChanges changes, Retraining.BoundedJob job)
      throws Exception {
    try (DatasetVersions versions = versions()) {
      Retraining retraining = Retraining.of(base(), INDEX, changes, versions);
      assertThat(retraining.prepare()).isFalse();
      return retraining.run(job);
    }
  }

  private void run(Configuration once) throws Exception {
    TestJob.run(once, directory.resolve("checkpoints"));
  }

  private Configuration base() {
    Configuration base = new Configuration();
    base.set(FreshetOptions.DATASET, path().toString());
    base.set(FreshetOptions.FRESHNESS, Duration.ofSeconds(1));
    return base;
  }

  private DatasetVersions versions() {
    return new DatasetVersions(DatasetLocation.of(path().toString()), 1L << 30);
  }

  private TestIndex successor(Configuration stream) {
    Configuration successor = new Configuration(stream);
    successor.set(FreshetOptions.INDEX_NAME, INDEX + ".retrain");
    return new TestIndex(successor);
  }

  private Path path() {
    return directory.resolve("vectors");
  }

  private static List<Integer> ids(int from, int count) {
    return IntStream.range(from, from + count).boxed().toList();
  }

  private static ModelChanges changes(Optional<String> type, Optional<String> metric) {
    return new ModelChanges(type, metric, Optional.empty(), Optional.empty());
  }
}
