package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestVectors;
import dev.freshet.lance.commit.CompactionResult;
import dev.freshet.lance.commit.DatasetCompaction;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.protocol.SegmentCommitter;
import dev.freshet.state.protocol.SegmentRechecker;
import dev.freshet.vector.format.IndexDetails;
import dev.freshet.vector.merge.SegmentMerger;
import dev.freshet.vector.merge.SegmentMerger.Input;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.lance.index.OptimizeOptions;

/**
 * Entries that their rows have left cost no answer; Lance itself is asked, with k = all rows.
 * IVF_SQ is merged as IVF_PQ is; the codes of IVF_RQ are too coarse to be asked for single rows.
 */
class StrayEntriesTest {

  private static final int FRAGMENTS = 4;
  private static final int CHANGED = 40;
  private static final TestVectors OTHERS =
      TestVectors.clustered(CHANGED, 8, 8, TestStream.SEED + 1);

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
  @EnumSource(
      value = IndexType.class,
      mode = Mode.EXCLUDE,
      names = {"IVF_SQ", "IVF_RQ"})
  void aSegmentIsReplacedWithTheCommitThatCoversItsFragmentAgain(IndexType type) throws Exception {
    begin(TestStream.create(directory.resolve("t"), type, FRAGMENTS));
    publish(0, 1);
    publish(2, 3);
    stream.dataset.updateInPlace(0, 0, OTHERS);
    assertThat(stream.manifest().uncovered()).isEqualTo(Coverage.of(0));
    long before = stream.manifest().version();
    publish(0);
    assertThat(stream.manifest().version()).as("one commit").isEqualTo(before + 1);
    assertEachOnce(FRAGMENTS * TestStream.ROWS);
    assertFindsTheirNewVectors();
    assertThat(coverages())
        .containsExactlyInAnyOrder(Coverage.of(0), Coverage.of(1), Coverage.of(2, 3));
  }

  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      mode = Mode.EXCLUDE,
      names = {"IVF_SQ", "IVF_RQ"})
  void aSegmentThatHoldsAFragmentItCoversNoMoreIsRewritten(IndexType type) throws Exception {
    begin(TestStream.create(directory.resolve("t"), type, FRAGMENTS));
    publish(0, 1);
    publish(2, 3);
    stream.dataset.updateInPlace(0, 0, OTHERS);
    recheckAll();
    assertEachOnce(FRAGMENTS * TestStream.ROWS);
    assertThat(coverages()).containsExactlyInAnyOrder(Coverage.of(1), Coverage.of(2, 3));
  }

  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      mode = Mode.EXCLUDE,
      names = {"IVF_SQ", "IVF_RQ"})
  void rowsThatMovedUnderTheirIdAreFoundByTheirNewVectors(IndexType type) throws Exception {
    begin(TestStream.withStableRowIds(directory.resolve("t"), type, FRAGMENTS));
    publish(0, 1);
    publish(2, 3);
    stream.dataset.merge(TestStream.ROWS - CHANGED / 2, OTHERS);
    int moved = stream.manifest().uncovered().toList().get(0);
    publish(moved);
    assertEachOnce(FRAGMENTS * TestStream.ROWS);
    assertThat(coverages())
        .containsExactlyInAnyOrder(Coverage.of(0, 1), Coverage.of(2, 3), Coverage.of(moved));
    assertFindsTheirNewVectors(TestStream.ROWS - CHANGED / 2);
  }

  /** What was encoded before its rows moved on is published without them. */
  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_FLAT", "IVF_PQ"})
  void rowsThatMoveWhileTheyAreIndexedAreFoundOnce(IndexType type) throws Exception {
    begin(TestStream.withStableRowIds(directory.resolve("t"), type, FRAGMENTS));
    SealedShard early = stream.seal(model, 0, 1, 2, 3);
    stream.dataset.merge(0, OTHERS);
    publish(stream.manifest().uncovered().minus(Coverage.of(0, 1, 2, 3)).toList().get(0));
    new SegmentCommitter(context.publishing()).commit(builder.build(stream.plan(early)));
    assertThat(stream.manifest().uncovered()).isEqualTo(Coverage.empty());
    assertEachOnce(FRAGMENTS * TestStream.ROWS);
    assertFindsTheirNewVectors();
  }

  /** Another stream moves rows, and covers them, between the decision and the commit. */
  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_FLAT", "IVF_PQ"})
  void rowsThatAreCoveredElsewhereBeforeTheNextAttemptAreFoundOnce(IndexType type)
      throws Exception {
    begin(TestStream.withStableRowIds(directory.resolve("t"), type, FRAGMENTS));
    UnpublishedSegment built = builder.build(stream.plan(stream.seal(model, 0, 1, 2, 3)));
    stream.truncate(built.built().plan().uuid());
    RacedBuilder raced = new RacedBuilder(builder, this::moveAndPublish);
    new SegmentCommitter(TestPublishing.context(stream, raced, metrics).publishing()).commit(built);
    assertThat(metrics.count("commitConflicts")).isEqualTo(1);
    assertThat(stream.manifest().uncovered()).isEqualTo(Coverage.empty());
    assertEachOnce(FRAGMENTS * TestStream.ROWS);
    assertFindsTheirNewVectors();
  }

  private void moveAndPublish() throws IOException {
    stream.dataset.merge(0, OTHERS);
    publish(FRAGMENTS);
  }

  /** Another tool has merged all that it found, so rows have two entries under the same id. */
  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_FLAT", "IVF_PQ"})
  void whatHasRowsTwiceIsWithdrawnInsteadOfAbsorbed(IndexType type) throws Exception {
    begin(TestStream.withStableRowIds(directory.resolve("t"), type, FRAGMENTS));
    publish(0, 1);
    CommittedSegment old = stream.manifest().index().segments().get(0);
    publish(2);
    stream.dataset.merge(0, OTHERS);
    SealedShard moved = stream.seal(model, FRAGMENTS);
    SegmentPlan both =
        SegmentPlan.of(
            Optional.of(model), List.of(moved), List.of(old), stream.manifest(), UUID::randomUUID);
    commitAsItIs(both, List.of(Input.all(old.uuid()), Input.all(moved.segments().get(0))));
    SegmentPlan plan =
        SegmentPlan.of(
            Optional.of(model),
            List.of(stream.seal(model, 3)),
            List.of(new CommittedSegment(both.uuid(), both.coverage())),
            stream.manifest(),
            UUID::randomUUID);
    new SegmentCommitter(context.publishing()).commit(builder.build(plan));
    assertThat(coverages()).containsExactlyInAnyOrder(Coverage.of(3), Coverage.of(2));
    assertEachOnce(FRAGMENTS * TestStream.ROWS);
    assertFindsTheirNewVectors();
  }

  private void commitAsItIs(SegmentPlan plan, List<Input> inputs) throws IOException {
    IvfModel merging = stream.models().load(model);
    SegmentMerger.merge(stream.options().indexStorage(), inputs, plan.uuid(), merging);
    UnpublishedSegment segment =
        new UnpublishedSegment(
            new BuiltSegment(plan, plan.rows(), 0), IndexDetails.encode(merging));
    try (DatasetHandle handle = stream.dataset.open()) {
      CommitOutcome outcome =
          context
              .publisher()
              .publish(
                  handle,
                  List.of(context.verification().registration(handle, segment)),
                  plan.absorbed().stream().map(CommittedSegment::uuid).collect(Collectors.toSet()),
                  context.verification().token(segment));
      assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
    }
  }

  /**
   * A merge of all segments keeps the entries of a fragment that none of them covers any more, and
   * adds its present ones, so that rows answer twice, also those whose vectors stayed the same.
   */
  @ParameterizedTest
  @CsvSource({"IVF_FLAT, false", "IVF_PQ, false", "IVF_FLAT, true", "IVF_PQ, true"})
  void whatAnotherMergesAfterAnUpdateInPlaceIsIndexedAnew(IndexType type, boolean stable)
      throws Exception {
    Path path = directory.resolve("t");
    begin(
        stable
            ? TestStream.withStableRowIds(path, type, FRAGMENTS)
            : TestStream.create(path, type, FRAGMENTS));
    publish(0, 1);
    publish(2, 3);
    stream.dataset.updateInPlace(0, 0, TestVectors.clustered(2, 8, 2, TestStream.SEED + 1));
    optimize();
    assertThat(coverages()).containsExactly(Coverage.of(0, 1, 2, 3));
    recheckAll();
    assertThat(stream.manifest().uncovered()).isEqualTo(Coverage.of(0, 1, 2, 3));
    assertEachOnce(FRAGMENTS * TestStream.ROWS);
  }

  /** The stream absorbs such a segment, which it took to be right. */
  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_FLAT", "IVF_PQ"})
  void whatAbsorbsAMergeOfAnotherAfterAnUpdateInPlaceIsBuiltFromTheFragments(IndexType type)
      throws Exception {
    begin(TestStream.create(directory.resolve("t"), type, FRAGMENTS));
    publish(0, 1);
    publish(2);
    stream.dataset.updateInPlace(0, 0, TestVectors.clustered(2, 8, 2, TestStream.SEED + 1));
    optimize();
    stream.dataset.append(OTHERS, CHANGED);
    CommittedSegment merged = stream.manifest().index().segments().get(0);
    assertThat(merged.coverage()).isEqualTo(Coverage.of(0, 1, 2, 3));
    context.known().add(merged.uuid(), merged.coverage());
    SegmentPlan plan =
        SegmentPlan.of(
            Optional.of(model),
            List.of(stream.seal(model, FRAGMENTS)),
            List.of(merged),
            stream.manifest(),
            UUID::randomUUID);
    new SegmentCommitter(context.publishing()).commit(builder.build(plan));
    assertThat(coverages()).containsExactly(Coverage.of(0, 1, 2, 3, 4));
    assertEachOnce(FRAGMENTS * TestStream.ROWS + CHANGED);
  }

  private void optimize() {
    try (DatasetHandle handle = stream.dataset.open()) {
      handle.dataset().optimizeIndices(OptimizeOptions.builder().numIndicesToMerge(10).build());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_FLAT", "IVF_PQ"})
  void deadEntriesAreGoneAfterACompactionByAnother(IndexType type) throws Exception {
    begin(TestStream.withStableRowIds(directory.resolve("t"), type, FRAGMENTS));
    publish(0, 1, 2, 3);
    stream.dataset.delete("id % 3 != 0");
    stream.dataset.compact(10_000);
    recheckAll();
    assertTenForTen();
  }

  /** The entries go before the deletion files that mask them. */
  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_FLAT", "IVF_PQ"})
  void deadEntriesAreGoneBeforeOurCompaction(IndexType type) throws Exception {
    begin(TestStream.withStableRowIds(directory.resolve("t"), type, FRAGMENTS));
    publish(0, 1, 2, 3);
    stream.dataset.delete("id % 3 != 0");
    TestPublishing.compact(context, rewrite(0, 1, 2, 3));
    assertThat(stream.manifest().fragments()).hasSize(1);
    assertTenForTen();
  }

  /** What was rewritten for a compaction that lost its race holds what has died since. */
  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_FLAT", "IVF_PQ"})
  void deadEntriesAreGoneBeforeOurNextCompactionAfterOneThatLost(IndexType type) throws Exception {
    begin(TestStream.withStableRowIds(directory.resolve("t"), type, FRAGMENTS));
    publish(0, 1, 2);
    RacedBuilder raced = new RacedBuilder(builder, () -> publish(3));
    PublishContext racing = TestPublishing.context(stream, raced, metrics);
    stream.dataset.delete("id % 3 = 1 and id < " + 3 * TestStream.ROWS);
    TestPublishing.compact(racing, rewrite(0, 1, 2));
    assertThat(metrics.count("compactionsCommitted")).isZero();
    stream.dataset.delete("id % 3 != 0");
    TestPublishing.compact(racing, rewrite(0, 1, 2));
    assertThat(metrics.count("compactionsCommitted")).isEqualTo(1);
    assertTenForTen();
  }

  private CompactionResult rewrite(int... fragments) {
    try (DatasetHandle handle = stream.dataset.open()) {
      return DatasetCompaction.execute(
          handle, new CompactionGroup(handle.version(), Coverage.of(fragments), 10_000));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_FLAT", "IVF_PQ"})
  void aSoundSegmentIsLeftAsItIs(IndexType type) throws Exception {
    begin(TestStream.withStableRowIds(directory.resolve("t"), type, FRAGMENTS));
    publish(0, 1);
    publish(2, 3);
    stream.dataset.delete("id % 3 != 0");
    List<CommittedSegment> before = stream.manifest().index().segments();
    recheckAll();
    assertThat(stream.manifest().index().segments()).isEqualTo(before);
  }

  /** Between the decision and the commit another writer gives rows of the segment other vectors. */
  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_FLAT", "IVF_PQ"})
  void aSegmentOverFragmentsRewrittenMeanwhileIsTakenBack(IndexType type) throws Exception {
    begin(TestStream.create(directory.resolve("t"), type, FRAGMENTS));
    UnpublishedSegment built = builder.build(stream.plan(stream.seal(model, 0, 1)));
    stream.truncate(built.built().plan().uuid());
    RacedBuilder raced =
        new RacedBuilder(builder, () -> stream.dataset.updateInPlace(0, 0, OTHERS));
    new SegmentCommitter(TestPublishing.context(stream, raced, metrics).publishing()).commit(built);
    assertThat(stream.manifest().uncovered()).isEqualTo(Coverage.of(0, 1, 2, 3));
    publish(0, 1);
    assertFindsTheirNewVectors();
  }

  private void begin(TestStream created) throws IOException {
    stream = created;
    builder = SegmentBuilder.of(stream.options(), stream.options().indexStorage());
    context = TestPublishing.context(stream, builder, metrics);
    model = stream.saveModel();
  }

  private void publish(int... fragments) throws IOException {
    new SegmentCommitter(context.publishing())
        .commit(builder.build(stream.plan(stream.seal(model, fragments))));
  }

  private void recheckAll() throws IOException {
    for (CommittedSegment segment : stream.manifest().index().segments()) {
      new SegmentRechecker(context.publishing()).recheck(segment.uuid());
    }
  }

  private List<Coverage> coverages() {
    return stream.manifest().index().segments().stream().map(CommittedSegment::coverage).toList();
  }

  /** A graph need not reach every row. */
  private void assertEachOnce(int rows) throws Exception {
    List<Long> found = stream.dataset.searchAll(stream.vectors.row(0));
    List<Long> all = LongStream.range(0, rows).boxed().toList();
    if (stream.options().index().type().builder() == IndexType.Builder.FRESHET) {
      assertThat(found).isEqualTo(all);
    } else {
      assertThat(found).doesNotHaveDuplicates().isSubsetOf(all).hasSizeGreaterThan(rows / 2);
    }
  }

  private void assertFindsTheirNewVectors() throws Exception {
    assertFindsTheirNewVectors(0);
  }

  /**
   * @param firstId of the rows that have other vectors
   */
  private void assertFindsTheirNewVectors(long firstId) throws Exception {
    int found = 0;
    for (int row = 0; row < CHANGED; row++) {
      found += stream.dataset.search(OTHERS.row(row), 20).contains(firstId + row) ? 1 : 0;
    }
    boolean graph = stream.options().index().type().builder() == IndexType.Builder.LANCE;
    assertThat(found).isGreaterThanOrEqualTo(graph ? CHANGED * 3 / 4 : CHANGED);
  }

  /** Ten are asked for, and ten different live rows come, wherever one asks. */
  private void assertTenForTen() throws Exception {
    for (int row = 0; row < FRAGMENTS * TestStream.ROWS; row += 50) {
      assertThat(stream.dataset.search(stream.vectors.row(row), 10))
          .hasSize(10)
          .doesNotHaveDuplicates()
          .allMatch(id -> id % 3 == 0);
    }
  }
}
