package dev.freshet.job.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.writer.LanceWriter;
import dev.freshet.job.writer.TableFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Transaction;
import org.lance.index.DistanceType;
import org.lance.index.Index;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.vector.IvfBuildParams;
import org.lance.index.vector.VectorIndexParams;
import org.lance.operation.CreateIndex;

/** The oracle is silent on what is right, and finds each kind of damage. */
class IndexOracleTest {

  private static final String INDEX = "vector_idx";
  private static final long SEED = 3;
  private static final int DIMENSION = 8;
  private static final int ROWS = 300;

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);
  private final BufferAllocator allocator = new RootAllocator();
  private final BitSet expected = new BitSet();
  private Path path;
  private LanceWriter writer;
  private int rows;
  private Index first;
  private Index second;

  /** Two fragments, a segment each. */
  @BeforeEach
  void indexTwoFragments() {
    indexTwoFragments(TableFormat.PLAIN);
  }

  private void indexTwoFragments(TableFormat format) {
    writeTwoFragments("a segment each, " + format, format);
    first = commit(build(0), Map.of("freshet.segment", "a"));
    second = commit(build(1), Map.of("freshet.segment", "b"));
  }

  private void writeTwoFragments(String name, TableFormat format) {
    path = directory.resolve(name);
    writer = new LanceWriter(allocator, format);
    writer.create(path.toString(), DIMENSION);
    rows = 0;
    append();
    append();
    expected.set(0, 2 * ROWS);
  }

  @AfterEach
  void close() {
    allocator.close();
  }

  @Test
  void aRightIndexIsRight() throws IOException {
    assertThat(judge()).isEmpty();
    delete("id % 7 = 0");
    IntStream.range(0, 2 * ROWS).filter(id -> id % 7 == 0).forEach(expected::clear);
    try (Dataset dataset = open()) {
      LanceWriter.compact(dataset, 10 * ROWS);
    }
    assertThat(judge()).as("after a delete and a compaction").isEmpty();
  }

  @Test
  void findsWhatIsNotCovered() throws IOException {
    append();
    expected.set(2 * ROWS, 3 * ROWS);
    assertThat(oracle().look()).isEmpty();
    assertThat(judge()).containsExactly("fragments [2] are not covered");
  }

  @Test
  void findsRowsOfAnotherFragment() throws IOException {
    overwrite(first, second);
    assertThat(judge())
        .contains(
            ROWS + " live rows of covered fragments are in no segment",
            ROWS + " rows are in a segment that does not cover their live fragment");
  }

  @Test
  void looksAtPastVersions() throws IOException {
    long before = oracle().version();
    Index wrong = build(0);
    try (Dataset dataset = open()) {
      dataset.commitExistingIndexSegments(INDEX, "vector", List.of(wrong));
    }
    overwrite(wrong, second);
    assertThat(oracle().lookAt(before)).isEmpty();
    assertThat(oracle().lookAt(before + 1))
        .contains(ROWS + " live rows of covered fragments are in no segment");
  }

  @Test
  void findsTheOldEntriesOfRowsThatMovedUnderTheirIds() throws IOException {
    indexTwoFragments(new TableFormat("2.2", true));
    assertThat(judge()).isEmpty();
    List<Integer> moved = List.of(3, 5, ROWS + 1);
    try (Dataset dataset = open()) {
      writer.update(dataset, moved, vectors.next(moved.size()));
    }
    assertThat(oracle().lookAtRows())
        .as("while nothing covers them")
        .contains(moved.size() + " rows of fragments that are not covered are in a segment");
    assertThat(oracle().lookAt(oracle().version())).as("the same, as a step on the way").isEmpty();
    commit(build(2), Map.of("freshet.segment", "c"));
    assertThat(oracle().lookAt(oracle().version()))
        .contains(
            moved.size() + " rows are in a segment that does not cover their live fragment",
            "of 600 rows asked for, 3 are missing, 3 come more than once, 0 others come");
  }

  @Test
  void findsAFragmentThatIsIndexedBesideItsOldEntries() throws IOException {
    writeTwoFragments("one segment", TableFormat.PLAIN);
    commit(build(0, 1), Map.of("freshet.segment", "both"));
    List<Integer> some = List.of(3, 5);
    try (Dataset dataset = open()) {
      writer.rewrite(dataset, 0, some, vectors.next(some.size()));
    }
    assertThat(oracle().lookAt(oracle().version())).isEmpty();
    commit(build(0), Map.of("freshet.segment", "c"));
    assertThat(oracle().lookAt(oracle().version()))
        .contains(ROWS + " rows are in a segment that does not cover their live fragment");
  }

  @Test
  void findsDeadEntriesThatCrowdOutRows() throws IOException {
    indexTwoFragments(new TableFormat("2.1", true));
    delete("id % 3 = 0");
    IntStream.range(0, 2 * ROWS).filter(id -> id % 3 == 0).forEach(expected::clear);
    assertThat(judge()).as("deletion files mask them").isEmpty();
    try (Dataset dataset = open()) {
      LanceWriter.compact(dataset, 10 * ROWS);
    }
    assertThat(judge()).anyMatch(wrong -> wrong.startsWith("of 400 rows asked for, "));
  }

  @Test
  void findsALostFile() throws IOException {
    Files.delete(file(first, "index.idx"));
    assertThat(judge()).anyMatch(wrong -> wrong.endsWith("index.idx, which is gone"));
  }

  @Test
  void findsAnUnreadableSegment() throws IOException {
    Files.writeString(file(first, "auxiliary.idx"), "no segment");
    assertThat(new IndexOracle(path, INDEX, "id", "vector", IndexOracle.Codes.OTHER, SEED).look())
        .anyMatch(wrong -> wrong.startsWith("segment " + first.uuid() + " cannot be read"));
  }

  @Test
  void findsLostRows() throws IOException {
    delete("id = 5");
    assertThat(judge()).containsExactly("1 rows are lost, 0 are not expected");
  }

  @Test
  void findsATokenThatCameTwice() throws IOException {
    append();
    expected.set(2 * ROWS, 3 * ROWS);
    commit(build(2), Map.of("freshet.segment", "a"));
    assertThat(judge()).containsExactly("segment a was committed in 4 and 7");
  }

  @Test
  void findsCoverageOfFragmentsThatNeverWere() throws IOException {
    append();
    expected.set(2 * ROWS, 3 * ROWS);
    commit(covering(build(2), List.of(2, 9)), Map.of());
    assertThat(judge()).contains("fragments [9] are covered and were never there");
  }

  private List<String> judge() throws IOException {
    return oracle().judge(expected);
  }

  private IndexOracle oracle() {
    return new IndexOracle(path, INDEX, "id", "vector", IndexOracle.Codes.WHOLE, SEED);
  }

  private void append() {
    try (Dataset dataset = open()) {
      writer.append(
          dataset, IntStream.range(rows, rows + ROWS).boxed().toList(), vectors.next(ROWS));
    }
    rows += ROWS;
  }

  private void delete(String predicate) {
    try (Dataset dataset = open()) {
      LanceWriter.delete(dataset, predicate);
    }
  }

  private Path file(Index segment, String name) {
    return path.resolve("_indices").resolve(segment.uuid().toString()).resolve(name);
  }

  private void overwrite(Index target, Index source) throws IOException {
    for (String name : List.of("index.idx", "auxiliary.idx")) {
      Files.copy(file(source, name), file(target, name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Lance's own segment over some fragments, uncommitted. */
  private Index build(Integer... fragments) {
    IvfBuildParams ivf =
        new IvfBuildParams.Builder()
            .setNumPartitions(2)
            .setCentroids(new ClusteredVectors(DIMENSION, SEED).next(2))
            .build();
    IndexParams params =
        IndexParams.builder()
            .setVectorIndexParams(
                new VectorIndexParams.Builder(ivf).setDistanceType(DistanceType.L2).build())
            .build();
    try (Dataset dataset = open()) {
      return dataset.createIndex(
          IndexOptions.builder(List.of("vector"), IndexType.IVF_FLAT, params)
              .replace(true)
              .withIndexName(INDEX)
              .withIndexUUID(UUID.randomUUID().toString())
              .withFragmentIds(List.of(fragments))
              .build());
    }
  }

  private static Index covering(Index segment, List<Integer> fragments) {
    return Index.builder()
        .uuid(segment.uuid())
        .fields(segment.fields())
        .name(segment.name())
        .datasetVersion(segment.datasetVersion())
        .fragments(fragments)
        .indexDetails(segment.indexDetails().orElseThrow())
        .indexVersion(segment.indexVersion())
        .indexType(segment.indexType())
        .createdAt(Instant.EPOCH)
        .build();
  }

  private Index commit(Index segment, Map<String, String> properties) {
    CreateIndex operation =
        CreateIndex.builder()
            .withNewIndices(List.of(segment))
            .withRemovedIndices(List.of())
            .build();
    try (Dataset dataset = open();
        Transaction transaction =
            new Transaction.Builder()
                .readVersion(dataset.version())
                .operation(operation)
                .transactionProperties(properties)
                .build();
        Dataset committed = new CommitBuilder(dataset).execute(transaction)) {
      assertThat(committed.version()).isGreaterThan(dataset.version());
      return segment;
    }
  }

  private Dataset open() {
    return Dataset.open().allocator(allocator).uri(path.toString()).build();
  }
}
