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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updated rows that Lance hides from searches of any index, after a compaction in that order. */
class HiddenRowsTest {

  private static final int MOVED = 100;
  private static final int ROWS = 2 * TestStream.ROWS;

  @TempDir Path directory;

  private final RecordedMetrics metrics = new RecordedMetrics();
  private TestStream stream;
  private SegmentBuilder builder;

  /** Rows of fragment 0 move to 2; what is left of it becomes 3. */
  @BeforeEach
  void createDataset() {
    stream = TestStream.withStableRowIds(directory.resolve("t"), IndexType.IVF_FLAT, 2);
    builder = SegmentBuilder.of(stream.options(), stream.options().indexStorage());
    stream.dataset.merge(20, TestVectors.clustered(MOVED, 8, 8, TestStream.SEED + 1));
    stream.dataset.compact(TestStream.ROWS);
    assertThat(stream.manifest().live()).isEqualTo(Coverage.of(1, 2, 3));
  }

  @AfterEach
  void closeDataset() throws IOException {
    builder.close();
    stream.close();
  }

  @Test
  void aCompactionOfTheStreamMakesNone() throws Exception {
    publish(1, 2, 3);
    compact(2, 3);
    assertThat(metrics.count("compactionsCommitted")).isZero();
    compact(1, 2);
    assertThat(metrics.count("compactionsCommitted")).as("in order").isEqualTo(1);
    stream.dataset.delete("id = 7");
    assertThat(stream.dataset.searchAll(stream.vectors.row(0))).hasSize(ROWS - 1);
  }

  /** It could not be published, ever. */
  @Test
  void aSegmentIsNotWrongForThem() throws Exception {
    stream.dataset.compact(10_000);
    stream.dataset.delete("id = 7");
    publish(stream.manifest().live().stream().toArray());
    assertThat(stream.manifest().uncovered()).isEqualTo(Coverage.empty());
    assertThat(metrics.count("verificationsFailed")).isZero();
    assertThat(stream.dataset.searchAll(stream.vectors.row(0)))
        .as("as Lance has it")
        .hasSize(ROWS - 1 - MOVED);
  }

  private void publish(int... fragments) throws IOException {
    new SegmentCommitter(context().publishing())
        .commit(builder.build(stream.plan(stream.seal(stream.saveModel(), fragments))));
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
}
