package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestVectors;
import dev.freshet.lance.commit.DatasetCompaction;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.protocol.SegmentCommitter;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.index.DistanceType;
import org.lance.index.vector.VectorIndexParams;

/** A compaction of the stream costs no answers of another's index over the same rows. */
class OtherIndexesTest {

  private static final int FRAGMENTS = 4;
  private static final int ROWS = FRAGMENTS * TestStream.ROWS;

  @TempDir Path directory;

  private final RecordedMetrics metrics = new RecordedMetrics();
  private TestStream stream;
  private SegmentBuilder builder;

  @AfterEach
  void closeDataset() throws IOException {
    builder.close();
    stream.close();
  }

  /** Its remap is wrong. */
  @Test
  void oneBitCodesStayWhatTheyWere() throws Exception {
    TestVectors other = TestVectors.clustered(ROWS, 64, 8, TestStream.SEED + 1);
    begin(TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, FRAGMENTS), other);
    OtherColumns.index(
        stream, "other_idx", "other", VectorIndexParams.ivfRq(4, (byte) 1, DistanceType.L2));
    double before = OtherColumns.recall(stream, "other", other, 6);
    compact(0, 1);
    assertThat(OtherColumns.recall(stream, "other", other, 6)).isEqualTo(before);
    assertThat(metrics.count("compactionsCommitted")).isZero();
    OtherColumns.drop(stream, "other_idx");
    compact(0, 1);
    assertThat(metrics.count("compactionsCommitted")).isEqualTo(1);
  }

  /** The deletion files go, and nothing else keeps its entries of deleted rows out of answers. */
  @Test
  void deletedRowsTakeNoPlacesUnderStableRowIds() throws Exception {
    TestVectors other = TestVectors.clustered(ROWS, 8, 8, TestStream.SEED + 1);
    begin(
        TestStream.withStableRowIds(directory.resolve("t"), IndexType.IVF_FLAT, FRAGMENTS), other);
    OtherColumns.index(stream, "other_idx", "other", VectorIndexParams.ivfFlat(4, DistanceType.L2));
    stream.dataset.delete("id % 3 != 0 and id < " + 2 * TestStream.ROWS);
    compact(0, 1);
    assertThat(metrics.count("compactionsCommitted")).isZero();
    assertTenForTen(other);
    compact(2, 3);
    assertThat(metrics.count("compactionsCommitted")).as("nothing is deleted there").isEqualTo(1);
    assertTenForTen(other);
  }

  /** What is gone stays in the coverage, so Lance goes on masking it. */
  @Test
  void fragmentsThatAreGoneTakeNoPlacesUnderStableRowIds() throws Exception {
    TestVectors other = TestVectors.clustered(ROWS, 8, 8, TestStream.SEED + 1);
    begin(
        TestStream.withStableRowIds(directory.resolve("t"), IndexType.IVF_FLAT, FRAGMENTS), other);
    OtherColumns.index(stream, "other_idx", "other", VectorIndexParams.ivfFlat(4, DistanceType.L2));
    stream.dataset.delete("id < " + TestStream.ROWS);
    compact(1, 2);
    assertTenForTen(other);
  }

  private void begin(TestStream created, TestVectors other) throws IOException {
    stream = created;
    OtherColumns.add(stream, "other", other);
    builder = SegmentBuilder.of(stream.options(), stream.options().indexStorage());
    new SegmentCommitter(context().publishing())
        .commit(builder.build(stream.plan(stream.seal(stream.saveModel(), 0, 1, 2, 3))));
  }

  private void compact(int... fragments) throws IOException {
    try (DatasetHandle handle = stream.dataset.open()) {
      CompactionGroup group = new CompactionGroup(handle.version(), Coverage.of(fragments), 10_000);
      TestPublishing.compact(context(), DatasetCompaction.execute(handle, group));
    }
  }

  private PublishContext context() {
    return TestPublishing.context(stream, builder, metrics);
  }

  private void assertTenForTen(TestVectors other) throws Exception {
    for (int row = 0; row < other.rows(); row += 30) {
      assertThat(OtherColumns.search(stream, "other", other.row(row), 10, true)).hasSize(10);
    }
  }
}
