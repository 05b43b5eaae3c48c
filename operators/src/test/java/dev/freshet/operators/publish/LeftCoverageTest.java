package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestVectors;
import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.planning.SegmentWatch;
import dev.freshet.state.protocol.SegmentCommitter;
import dev.freshet.state.protocol.SegmentRechecker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job finds that did not see an update in place when it happened. */
class LeftCoverageTest {

  private static final TestVectors OTHERS = TestVectors.clustered(2, 8, 2, TestStream.SEED + 1);

  @TempDir Path directory;

  private final SegmentWatch watch = new SegmentWatch();
  private TestStream stream;
  private SegmentBuilder builder;
  private ModelReference model;

  @BeforeEach
  void createDataset() throws IOException {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 2);
    builder = SegmentBuilder.of(stream.options(), stream.options().indexStorage());
    model = stream.saveModel();
  }

  @AfterEach
  void closeDataset() throws IOException {
    builder.close();
    stream.close();
  }

  /** Its author read the table, then another rewrote two rows, then it committed and died. */
  @Test
  void aSegmentOverFragmentsRewrittenBeforeItsCommitIsWithdrawnHoweverFewTheRows()
      throws IOException {
    PublishContext context = context();
    UnpublishedSegment built = builder.build(stream.plan(stream.seal(model, 0, 1)));
    try (DatasetHandle handle = stream.dataset.open()) {
      stream.dataset.updateInPlace(0, 0, OTHERS);
      CommitOutcome outcome =
          new SegmentPublisher(Clock.systemUTC(), stream.files())
              .publish(
                  handle,
                  List.of(context.verification().registration(handle, built)),
                  Set.of(),
                  context.verification().token(built));
      assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
    }
    assertThat(stream.manifest().uncovered()).as("as Lance has it").isEqualTo(Coverage.empty());
    recheck();
    assertThat(stream.manifest().uncovered()).isEqualTo(Coverage.of(0, 1));
  }

  /** The fragment is gone by the next look, but not from the segment, and Lance masks nothing. */
  @Test
  void entriesOfAFragmentThatWasRewrittenAndIsGoneAreDropped() throws Exception {
    new SegmentCommitter(context().publishing())
        .commit(builder.build(stream.plan(stream.seal(model, 0, 1))));
    watch.changed(stream.manifest());
    stream.dataset.updateInPlace(0, 0, OTHERS);
    stream.dataset.delete("id < " + TestStream.ROWS);
    UUID before = stream.manifest().index().segments().get(0).uuid();
    recheck();
    assertThat(stream.manifest().index().segments().get(0).uuid()).isNotEqualTo(before);
    for (int row = 0; row < stream.vectors.rows(); row += 10) {
      assertThat(stream.dataset.search(stream.vectors.row(row), 10)).hasSize(10);
    }
    assertThat(stream.dataset.searchAll(stream.vectors.row(0)))
        .isEqualTo(LongStream.range(TestStream.ROWS, 2 * TestStream.ROWS).boxed().toList());
  }

  private void recheck() throws IOException {
    for (UUID segment : watch.changed(stream.manifest())) {
      new SegmentRechecker(context().publishing()).recheck(segment);
    }
  }

  private PublishContext context() {
    return TestPublishing.context(stream, builder, new RecordedMetrics());
  }
}
