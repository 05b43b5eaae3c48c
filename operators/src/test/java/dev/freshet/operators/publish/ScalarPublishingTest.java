package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.ValuesTable;
import dev.freshet.lance.commit.ScalarSegmentBuilder;
import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.verify.ScalarVerifier;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestOptions;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.operators.metrics.StorageMetrics;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.ScalarType;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.protocol.SegmentCommitter;
import dev.freshet.state.protocol.SegmentRechecker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Segments of values take the road of those of vectors, by way of the same protocol. */
class ScalarPublishingTest {

  private static final String COLUMN = "text";
  private static final int ROWS = 500;
  private static final long SEED = 17;

  @TempDir Path directory;

  private final RecordedMetrics metrics = new RecordedMetrics();
  private ValuesTable table;
  private StreamOptions options;
  private DatasetVersions versions;
  private SegmentBuilder builder;
  private PublishContext context;

  private void begin(ScalarType type, boolean stableRowIds) {
    String column = type.isOverWords() ? ValuesTable.PROSE : type.isOverLists() ? "tags" : COLUMN;
    Path path = directory.resolve("t");
    table = new ValuesTable(path, stableRowIds, SEED);
    table.append(ROWS);
    table.append(ROWS);
    Configuration config = TestOptions.config(path.toString());
    config.set(FreshetOptions.COLUMN, column);
    config.set(FreshetOptions.INDEX_TYPE, type.name());
    options = StreamOptions.from(config);
    versions = new DatasetVersions(options.location(), 1L << 28);
    builder = SegmentBuilder.of(options, options.indexStorage());
    context = context(builder);
  }

  /** Each type, with addresses and with stable row ids. */
  private static Stream<Arguments> kinds() {
    return Arrays.stream(ScalarType.values())
        .flatMap(type -> Stream.of(Arguments.of(type, false), Arguments.of(type, true)));
  }

  @AfterEach
  void close() throws Exception {
    builder.close();
    versions.close();
    table.close();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void rowsThatWereUpdatedAreFoundByTheirNewValuesAlone(ScalarType type, boolean stableRowIds)
      throws Exception {
    begin(type, stableRowIds);
    publish(List.of(), 0, 1);
    table.merge(100, 300);
    publish(List.of(), 2);
    assertThat(manifest().uncovered()).isEqualTo(Coverage.empty());
    assertThat(segments()).hasSize(2);
    assertAnswers();
    assertThat(metrics.count("verificationsFailed")).isZero();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void rowsThatWereUpdatedInPlaceAreFoundByTheirNewValuesAlone(
      ScalarType type, boolean stableRowIds) throws Exception {
    begin(type, stableRowIds);
    publish(List.of(), 0, 1);
    table.updateInPlace(0, 0, 300);
    if (type.isOverLists()) { // Lance goes by the field of the list, files by that of its elements
      assertThat(manifest().uncovered()).as("as Lance has it").isEqualTo(Coverage.empty());
      new SegmentRechecker(context(builder).publishing()).recheck(segments().get(0).uuid());
      assertThat(segments()).isEmpty();
      publish(List.of(), 1);
    } else {
      assertThat(manifest().uncovered()).as("as Lance has it").isEqualTo(Coverage.of(0));
    }
    publish(List.of(), 0);
    assertThat(manifest().uncovered()).isEqualTo(Coverage.empty());
    assertAnswers();
  }

  /** Lance lets an index be committed over a column that was rewritten since. */
  @Test
  void entriesOfRowsThatWereRewrittenBeforeTheirCommitAreSeen() throws Exception {
    begin(ScalarType.BTREE, false);
    UnpublishedSegment built = builder.build(plan(List.of(), 0, 1));
    try (DatasetHandle read = table.open()) {
      table.updateInPlace(0, 0, 300);
      new SegmentPublisher(Clock.systemUTC(), table.files())
          .publish(
              read,
              List.of(context.verification().registration(read, built)),
              Set.of(),
              context.verification().token(built));
    }
    assertThat(manifest().uncovered()).as("as Lance has it").isEqualTo(Coverage.empty());
    new SegmentRechecker(context(builder).publishing()).recheck(segments().get(0).uuid());
    assertThat(segments()).isEmpty();
  }

  /** The segment that is rewritten must answer in the version that it is verified in. */
  @Test
  void rowsMayGoWhileASegmentIsRewritten() throws Exception {
    begin(ScalarType.BTREE, true);
    publish(List.of(), 0, 1);
    table.merge(100, 300);
    UnpublishedSegment built = builder.build(plan(List.of(), 2));
    PublishContext raced =
        context(new RacedBuilder(builder, () -> table.delete("id >= 400 AND id < 420")));
    new SegmentCommitter(raced.publishing()).commit(built);
    assertThat(metrics.count("verificationsFailed")).isZero();
    assertThat(manifest().uncovered()).isEqualTo(Coverage.empty());
    assertAnswers();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void segmentsBecomeOne(ScalarType type, boolean stableRowIds) throws Exception {
    begin(type, stableRowIds);
    publish(List.of(), 0, 1);
    table.delete("id % 3 = 1");
    table.append(ROWS);
    publish(segments(), 2);
    assertThat(segments())
        .extracting(CommittedSegment::coverage)
        .containsExactly(Coverage.of(0, 1, 2));
    assertAnswers();
  }

  @Test
  void aCommittedSegmentThatHoldsRowsOfAnotherIsRewritten() throws Exception {
    begin(ScalarType.BTREE, false);
    publish(List.of(), 0);
    publish(List.of(), 1);
    copyPages(segments().get(0).uuid(), segments().get(1).uuid());
    new SegmentRechecker(context(builder).publishing()).recheck(segments().get(0).uuid());
    assertThat(manifest().uncovered()).isEqualTo(Coverage.empty());
    assertAnswers();
  }

  @Test
  void aSegmentWithOtherEntriesIsBuiltAnew() throws Exception {
    begin(ScalarType.BTREE, false);
    SegmentPlan plan = plan(List.of(), 0);
    UnpublishedSegment built = builder.build(plan);
    copyPages(builder.build(plan(List.of(), 1)).uuid(), built.uuid());
    new SegmentCommitter(context.publishing()).commit(built);
    assertThat(segments()).hasSize(1);
    assertThat(segments().get(0).uuid()).isNotEqualTo(built.uuid());
    assertAnswers();
  }

  @Test
  void aCommittedSegmentThatIsDamagedIsWithdrawn() throws Exception {
    begin(ScalarType.BTREE, false);
    publish(List.of(), 0);
    publish(List.of(), 1);
    UUID sound = segments().get(0).uuid();
    UUID damaged = segments().get(1).uuid();
    copyPages(ofAnotherColumn(1), damaged);
    PublishContext fresh = context(builder);
    for (UUID segment : List.of(sound, damaged)) {
      new SegmentRechecker(fresh.publishing()).recheck(segment);
    }
    assertThat(segments()).extracting(CommittedSegment::uuid).containsExactly(sound);
  }

  private PublishContext context(SegmentBuilder segments) {
    return PublishContext.of(
        options,
        versions,
        options.indexStorage(),
        segments,
        new StorageMetrics(metrics.group()),
        metrics.group());
  }

  /** A segment over the same rows. */
  private UUID ofAnotherColumn(int fragment) {
    IndexSpec.Scalar other = new IndexSpec.Scalar("other", "other_text", ScalarType.BTREE);
    UUID segment = UUID.randomUUID();
    try (DatasetHandle handle = versions.latest()) {
      ScalarSegmentBuilder.ofValues(handle, other).build(segment, Coverage.of(fragment));
    }
    return segment;
  }

  private void copyPages(UUID from, UUID to) throws Exception {
    for (String file : List.of("page_data.lance", "page_lookup.lance")) {
      Files.copy(
          directory.resolve("t/_indices").resolve(from.toString()).resolve(file),
          directory.resolve("t/_indices").resolve(to.toString()).resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void publish(List<CommittedSegment> absorbed, int... fragments) throws Exception {
    new SegmentCommitter(context.publishing()).commit(builder.build(plan(absorbed, fragments)));
  }

  private SegmentPlan plan(List<CommittedSegment> absorbed, int... fragments) {
    ManifestVersion manifest = manifest();
    SealedShard shard =
        new SealedShard(
            "1-0",
            manifest.version(),
            Optional.empty(),
            manifest.fragments().stream()
                .filter(one -> Arrays.stream(fragments).anyMatch(id -> id == one.id()))
                .map(Fragment::rows)
                .toList(),
            List.of(),
            new RowCounts(ROWS, 0, 0),
            0);
    return SegmentPlan.of(Optional.empty(), List.of(shard), absorbed, manifest, UUID::randomUUID);
  }

  private ManifestVersion manifest() {
    try (DatasetHandle handle = versions.latest()) {
      return ManifestReader.read(handle, options.index().name());
    }
  }

  private List<CommittedSegment> segments() {
    return manifest().index().segments();
  }

  private void assertAnswers() throws Exception {
    if (((ScalarType) options.index().type()).isOverWords()) {
      for (int word = 0; word < 50; word++) {
        assertThat(table.foundByWord("w" + word))
            .as("w%d", word)
            .isNotEmpty()
            .isEqualTo(table.havingWord("w" + word));
      }
      return;
    }
    try (DatasetHandle handle = versions.latest()) {
      for (long seed = 0; seed < 5; seed++) {
        assertThat(
                new ScalarVerifier(
                        options.index().column(), (ScalarType) options.index().type(), seed)
                    .difference(handle, ManifestReader.live(handle)))
            .as("seed %s", seed)
            .isEmpty();
      }
    }
  }
}
