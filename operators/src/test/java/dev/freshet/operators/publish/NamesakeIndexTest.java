package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.TestVectors;
import dev.freshet.lance.commit.CompactionResult;
import dev.freshet.lance.commit.DatasetCompaction;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.protocol.SegmentCommitter;
import dev.freshet.state.protocol.SegmentRechecker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.index.DistanceType;
import org.lance.index.vector.VectorIndexParams;
import org.lance.schema.ColumnAlteration;

/**
 * While the stream runs, another writer drops its index and makes another under the same name, or
 * gives the column's name to another one. Lance takes all entries of a name for one index.
 */
class NamesakeIndexTest {

  private static final int FRAGMENTS = 2;
  private static final int ROWS = FRAGMENTS * TestStream.ROWS;
  private static final String INDEX = "vec_idx";
  private static final TestVectors OTHER = TestVectors.clustered(ROWS, 8, 8, TestStream.SEED + 1);
  private static final TestVectors MORE = TestVectors.clustered(60, 8, 8, TestStream.SEED + 2);

  @TempDir Path directory;

  private TestStream stream;
  private SegmentBuilder builder;
  private PublishContext context;
  private ModelReference model;
  private CompactionResult compaction;

  @BeforeEach
  void indexAColumnOfTwo() throws IOException {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, FRAGMENTS);
    OtherColumns.add(stream, "other", OTHER);
    builder = SegmentBuilder.of(stream.options(), stream.options().indexStorage());
    context = TestPublishing.context(stream, builder, new RecordedMetrics());
    model = stream.saveModel();
    new SegmentCommitter(context.publishing()).commit(built(0, 1));
    OtherColumns.append(stream, ROWS, MORE, "other", MORE);
    try (DatasetHandle handle = stream.dataset.open()) {
      compaction =
          DatasetCompaction.execute(
              handle, new CompactionGroup(handle.version(), Coverage.of(0, 1), 10_000));
    }
  }

  @AfterEach
  void closeDataset() throws IOException {
    builder.close();
    stream.close();
  }

  @Test
  void anIndexOverAnotherColumnIsLeftAsItIs() throws Exception {
    OtherColumns.drop(stream, INDEX);
    OtherColumns.index(stream, INDEX, "other", flat(DistanceType.L2));
    leavesAlone("is over column other, not over column vec");
    assertThat(OtherColumns.recall(stream, "other", OTHER, 10)).isEqualTo(1);
  }

  @Test
  void anIndexOfAnotherMetricIsLeftAsItIs() throws Exception {
    OtherColumns.drop(stream, INDEX);
    OtherColumns.index(stream, INDEX, "vec", flat(DistanceType.Cosine));
    leavesAlone("is of type IVF_FLAT and metric COSINE");
  }

  @Test
  void anIndexOfAnotherTypeIsLeftAsItIs() throws Exception {
    OtherColumns.drop(stream, INDEX);
    OtherColumns.index(stream, INDEX, "vec", VectorIndexParams.ivfPq(4, 8, 4, DistanceType.L2, 5));
    leavesAlone("is of type IVF_PQ and metric L2");
  }

  @Test
  void aScalarIndexIsLeftAsItIs() throws Exception {
    OtherColumns.drop(stream, INDEX);
    OtherColumns.scalarIndex(stream, INDEX, "id");
    leavesAlone("is no vector index but a BTree");
  }

  @Test
  void anIndexIsLeftAsItIsWhenItsColumnHasGivenItsNameAway() throws Exception {
    rename("vec", "before");
    rename("other", "vec");
    leavesAlone("is over column before, not over column vec");
    assertThat(OtherColumns.recall(stream, "vec", OTHER, 10)).isEqualTo(1);
  }

  private void leavesAlone(String reason) throws Exception {
    List<String> before = OtherColumns.indexes(stream);
    if (!stream.manifest().uncovered().isEmpty()) {
      UnpublishedSegment next = built(2);
      refused(() -> new SegmentCommitter(context.publishing()).commit(next), reason);
    }
    for (CommittedSegment segment : stream.manifest().index().segments()) {
      refused(() -> new SegmentRechecker(context.publishing()).recheck(segment.uuid()), reason);
    }
    refused(() -> TestPublishing.compact(context, compaction), reason);
    assertThat(OtherColumns.indexes(stream)).isEqualTo(before);
  }

  private static void refused(ThrowingCallable commit, String reason) {
    assertThatThrownBy(commit)
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageStartingWith("Index " + INDEX + " of ")
        .hasMessageContaining("it " + reason + ". Start the stream with the options of that index");
  }

  private UnpublishedSegment built(int... fragments) throws IOException {
    return builder.build(stream.plan(stream.seal(model, fragments)));
  }

  private void rename(String from, String to) {
    try (DatasetHandle handle = stream.dataset.open()) {
      handle.dataset().alterColumns(List.of(new ColumnAlteration.Builder(from).rename(to).build()));
    }
  }

  private static VectorIndexParams flat(DistanceType metric) {
    return VectorIndexParams.ivfFlat(4, metric);
  }
}
