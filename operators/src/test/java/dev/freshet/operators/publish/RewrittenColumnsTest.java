package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.commit.CompactionResult;
import dev.freshet.lance.commit.DatasetCompaction;
import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.protocol.SegmentCommitter;
import dev.freshet.state.protocol.SegmentRechecker;
import dev.freshet.vector.format.SegmentReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lance.index.OptimizeOptions;

/**
 * Another writer commits a segment over rows that were rewritten in place since it read them, and
 * merges it away before anybody looks: no version that is named tells of it, and two rows are too
 * few for any sample.
 */
class RewrittenColumnsTest {

  private static final TestVectors OTHERS = TestVectors.clustered(2, 8, 2, TestStream.SEED + 1);
  private static final TestVectors MORE = TestVectors.clustered(20, 8, 8, TestStream.SEED + 2);

  @TempDir Path directory;

  private final RecordedMetrics metrics = new RecordedMetrics();
  private TestStream stream;
  private SegmentBuilder builder;
  private PublishContext context;
  private ModelReference model;

  @AfterEach
  void close() throws IOException {
    builder.close();
    stream.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"IVF_FLAT", "IVF_PQ"})
  void whatIsMergedFromItIsWithdrawn(IndexType type) throws Exception {
    begin(type);
    commitOverRewrittenRows();
    mergeAsAnother();
    recheckAll();
    assertThat(stream.manifest().index().segments()).isEmpty();
    assertFindsTheirNewVectors();
  }

  @ParameterizedTest
  @EnumSource(names = {"IVF_FLAT", "IVF_PQ"})
  void itIsFoundByARunningStreamThoughTheFragmentsAreCompacted(IndexType type) throws Exception {
    begin(type);
    commitOverRewrittenRows();
    look();
    stream.dataset.compact(1000);
    mergeAsAnother();
    recheckAll();
    assertThat(stream.manifest().index().segments()).isEmpty();
    assertFindsTheirNewVectors();
  }

  @ParameterizedTest
  @EnumSource(names = {"IVF_FLAT", "IVF_PQ"})
  void itIsFoundBeforeTheStreamItselfCompactsTheFragments(IndexType type) throws Exception {
    begin(type);
    commitOverRewrittenRows();
    TestPublishing.compact(context, compaction(0, 1));
    assertThat(stream.manifest().index().segments()).isEmpty();
    assertThat(stream.manifest().live()).isEqualTo(Coverage.of(2));
    assertFindsTheirNewVectors();
  }

  @ParameterizedTest
  @EnumSource(names = {"IVF_FLAT", "IVF_PQ"})
  void itIsFoundBeforeTheStreamItselfMergesIt(IndexType type) throws Exception {
    begin(type);
    commitOverRewrittenRows();
    mergeAsAnother();
    stream.dataset.append(MORE, MORE.rows());
    CommittedSegment merged = stream.manifest().index().segments().get(0);
    SegmentPlan plan =
        SegmentPlan.of(
            Optional.of(model),
            List.of(stream.seal(model, 3)),
            List.of(merged),
            stream.manifest(),
            UUID::randomUUID);
    new SegmentCommitter(context.publishing()).commit(builder.build(plan));
    assertThat(stream.manifest().covered()).isEqualTo(Coverage.of(3));
    assertFindsTheirNewVectors();
  }

  @ParameterizedTest
  @EnumSource(names = {"IVF_FLAT", "IVF_PQ"})
  void itIsNotRewrittenForTheRowsThatHaveLeftIt(IndexType type) throws Exception {
    begin(type);
    commitOverRewrittenRows();
    mergeAsAnother();
    stream.dataset.updateInPlace(1, TestStream.ROWS, OTHERS);
    assertThat(stream.manifest().uncovered()).isEqualTo(Coverage.of(1));
    recheckAll();
    assertThat(stream.manifest().index().segments()).isEmpty();
    assertFindsTheirNewVectors();
  }

  @ParameterizedTest
  @EnumSource(names = {"IVF_FLAT", "IVF_PQ"})
  void aRightOneOverRewrittenRowsStays(IndexType type) throws Exception {
    begin(type);
    stream.dataset.updateInPlace(0, 0, OTHERS);
    new SegmentCommitter(context.publishing()).commit(build());
    mergeAsAnother();
    List<CommittedSegment> before = stream.manifest().index().segments();
    recheckAll();
    assertThat(metrics.count("segmentsRechecked")).isEqualTo(1);
    assertThat(stream.manifest().index().segments()).isEqualTo(before);
    assertFindsTheirNewVectors();
  }

  private void begin(IndexType type) throws IOException {
    stream = TestStream.create(directory.resolve("t"), type, 2);
    builder = SegmentBuilder.of(stream.options(), stream.options().indexStorage());
    context = TestPublishing.context(stream, builder, metrics);
    model = stream.saveModel();
  }

  private UnpublishedSegment build() throws IOException {
    return builder.build(stream.plan(stream.seal(model, 0, 1)));
  }

  private void commitOverRewrittenRows() throws IOException {
    UnpublishedSegment built = build();
    look();
    try (DatasetHandle read = stream.dataset.open()) {
      stream.dataset.updateInPlace(0, 0, OTHERS);
      CommitOutcome outcome =
          new SegmentPublisher(Clock.systemUTC(), stream.files())
              .publish(
                  read,
                  List.of(context.verification().registration(read, built)),
                  Set.of(),
                  context.verification().token(built));
      assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
    }
    assertThat(stream.manifest().uncovered()).as("as Lance has it").isEqualTo(Coverage.empty());
  }

  /** What the sink does with any version. */
  private void look() throws IOException {
    try (DatasetHandle handle = stream.versions.latest()) {
      context.manifest(handle);
    }
  }

  /** As an {@code optimize()} beside the stream does, once there are more rows. */
  private void mergeAsAnother() throws IOException {
    stream.dataset.append(MORE, MORE.rows());
    try (DatasetHandle handle = stream.dataset.open()) {
      handle.dataset().optimizeIndices(OptimizeOptions.builder().numIndicesToMerge(10).build());
    }
    List<CommittedSegment> segments = stream.manifest().index().segments();
    assertThat(segments).hasSize(1);
    assertThat(stream.manifest().uncovered()).isEqualTo(Coverage.empty());
    UUID merged = segments.get(0).uuid();
    assertThat(SegmentReader.open(stream.options().indexStorage(), merged).isOurs()).isFalse();
  }

  private void recheckAll() throws IOException {
    for (CommittedSegment segment : stream.manifest().index().segments()) {
      new SegmentRechecker(context.publishing()).recheck(segment.uuid());
    }
  }

  private CompactionResult compaction(int... fragments) {
    try (DatasetHandle handle = stream.dataset.open()) {
      CompactionGroup group = new CompactionGroup(handle.version(), Coverage.of(fragments), 1000);
      return DatasetCompaction.execute(handle, group);
    }
  }

  /** Lance is asked; each row is found once, too. */
  private void assertFindsTheirNewVectors() throws Exception {
    TestDataset dataset = stream.dataset;
    long rows = stream.manifest().liveRows();
    assertThat(dataset.searchAll(stream.vectors.row(0)))
        .isEqualTo(LongStream.range(0, rows).boxed().toList());
    for (int row = 0; row < OTHERS.rows(); row++) {
      assertThat(dataset.search(OTHERS.row(row), 20)).contains((long) row);
    }
  }
}
