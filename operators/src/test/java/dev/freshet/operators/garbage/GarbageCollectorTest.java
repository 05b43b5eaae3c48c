package dev.freshet.operators.garbage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.CountingFiles;
import dev.freshet.lance.TestVersions;
import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.operators.TestOptions;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.ObjectDatasetFiles;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.state.garbage.GarbageKind;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.garbage.StoredObject;
import dev.freshet.state.garbage.VersionRetention;
import dev.freshet.state.model.CommitToken;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SegmentPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GarbageCollectorTest {

  private static final Duration AGE = Duration.ofDays(2);
  private static final GarbagePolicy POLICY =
      new GarbagePolicy(Duration.ofDays(1), Duration.ofDays(1));

  @TempDir Path directory;

  private Path path;
  private TestStream stream;
  private TestVersions lines;

  @BeforeEach
  void createDataset() {
    path = directory.resolve("t");
    stream = TestStream.create(path, IndexType.IVF_PQ, 3);
    lines = new TestVersions(stream.dataset);
  }

  @AfterEach
  void closeDataset() {
    stream.close();
  }

  @Test
  void whatIsInUseIsNoGarbage() throws IOException {
    age();
    assertThat(collector().find(Instant.now())).isEmpty();
    assertThat(collector().collect()).isEmpty();
  }

  @Test
  void unpublishedSegmentsGoAndPublishedOnesStay() throws IOException {
    ModelReference model = stream.saveModel();
    UUID shard = stream.seal(model, 0).segments().get(0);
    UUID published = publish(model, 1);
    UUID begun = UUID.randomUUID();
    write("_indices/" + begun + "/auxiliary.idx");
    write("_indices/notes/mine.txt");
    age();
    UUID young = stream.seal(model, 2).segments().get(0);
    assertThat(names(collector().find(Instant.now())))
        .as("the model is kept for the job that wrote the young one")
        .containsExactlyInAnyOrder(shard.toString(), begun.toString());
    collector().collect();
    assertThat(stream.options().indexStorage().list())
        .containsExactlyInAnyOrder(published, young, model.segment());
    age();
    collector().collect();
    assertThat(stream.options().indexStorage().list()).containsExactly(published);
    assertThat(path.resolve("_indices/notes/mine.txt")).exists();
  }

  @Test
  void clonesOfProcessesThatDiedGo() throws IOException {
    String old = "_freshet/clones/" + UUID.randomUUID();
    String young = "_freshet/clones/" + UUID.randomUUID();
    write(old + "/_versions/1.manifest");
    write(old + "/_indices/0/page.lance");
    write("_freshet/clones/dead-letters/_versions/1.manifest");
    age();
    write(young + "/_transactions/1.txn");
    collector().collect();
    assertThat(path.resolve(old)).doesNotExist();
    assertThat(path.resolve(young + "/_transactions/1.txn")).exists();
    assertThat(path.resolve("_freshet/clones/dead-letters/_versions/1.manifest")).exists();
  }

  @Test
  void oldVersionsCount() throws IOException {
    ModelReference model = stream.saveModel();
    UUID replaced = publish(model, 0);
    withdraw(replaced);
    age();
    assertThat(names(collector().collect())).containsExactly(model.segment().toString());
    assertThat(stream.options().indexStorage().list()).containsExactly(replaced);
  }

  @Test
  void branchesCount() throws IOException {
    ModelReference model = stream.saveModel();
    UUID replaced = publish(model, 0);
    lines.branch("experiment");
    withdraw(replaced);
    lines.forgetTheOld();
    age();
    assertThat(names(collector().collect())).containsExactly(model.segment().toString());
    assertThat(stream.options().indexStorage().list()).containsExactly(replaced);
  }

  @Test
  void rowsThatWereNeverAppendedGo() throws IOException {
    write("data/0101abandoned.lance");
    write("data/readme.txt");
    age();
    write("data/0101young.lance");
    assertThat(names(collector().collect())).containsExactly("0101abandoned.lance");
    assertThat(path.resolve("data/0101young.lance")).exists();
    assertThat(path.resolve("data/readme.txt")).exists();
    assertThat(stream.manifest().fragments()).hasSize(3);
  }

  @Test
  void onlyOurDetachedVersionsGo() throws IOException {
    long ours = lines.detach("freshet.segment");
    long others = lines.detach("somebody.else");
    age();
    List<StoredObject> garbage = collector().collect();
    assertThat(garbage)
        .extracting(StoredObject::kind)
        .containsExactlyInAnyOrder(GarbageKind.DETACHED_MANIFEST, GarbageKind.TRANSACTION);
    assertThat(manifest(ours)).doesNotExist();
    assertThat(manifest(others)).exists();
    try (DatasetHandle dataset = stream.dataset.open()) {
      assertThat(lines.canOpen(dataset, others)).isTrue();
    }
    age();
    assertThat(collector().find(Instant.now())).isEmpty();
  }

  @Test
  void nothingGoesIfAVersionCannotBeRead() throws IOException {
    stream.dataset.delete("id = 0");
    write("data/0101abandoned.lance");
    try (Stream<Path> manifests = Files.list(path.resolve("_versions"))) {
      Path oldest =
          manifests
              .filter(file -> file.toString().endsWith(".manifest"))
              .max(Path::compareTo)
              .orElseThrow();
      Files.write(oldest, new byte[3]);
    }
    age();
    assertThatThrownBy(() -> collector().collect())
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(
            "Cannot read every version of " + path + ", so nothing is known to be garbage: ");
    assertThat(path.resolve("data/0101abandoned.lance")).exists();
  }

  @Test
  void theSameThroughFlinksFileSystems() throws IOException {
    UUID shard = stream.seal(stream.saveModel(), 0).segments().get(0);
    write("data/0101abandoned.lance");
    long ours = lines.detach("freshet.segment");
    age();
    DatasetFiles files = new ObjectDatasetFiles(path.toUri().toString(), RequestCounter.NONE);
    List<StoredObject> found = collector(files).find(Instant.now());
    assertThat(names(found))
        .contains(shard.toString())
        .isEqualTo(names(collector().find(Instant.now())));
    assertThat(collector(files).collect()).isEqualTo(found);
    assertThat(stream.options().indexStorage().list()).isEmpty();
    assertThat(manifest(ours)).doesNotExist();
    assertThat(GarbageSummary.of(found))
        .extracting(GarbageSummary::count)
        .containsExactly(2L, 1L, 1L, 1L, 0L, 0L, 0L);
  }

  @Test
  void aLongHistoryIsReadOnce() throws IOException {
    for (int i = 0; i < 20; i++) {
      stream.dataset.delete("id = " + i);
    }
    lines.detach("freshet.segment");
    age();
    CountingFiles files = new CountingFiles(new LocalDatasetFiles(path));
    assertThat(collector(files).find(Instant.now())).hasSize(2);
    assertThat(files.reads().keySet())
        .as("the manifests, and the transaction that none of them names")
        .filteredOn(file -> file.startsWith("_transactions/"))
        .hasSize(1);
    assertThat(files.reads().entrySet())
        .filteredOn(file -> file.getKey().matches("_versions/\\d+\\.manifest"))
        .hasSize(21)
        .allSatisfy(file -> assertThat(file.getValue()).isEqualTo(1));
  }

  /** Publishes a segment over one fragment. */
  private UUID publish(ModelReference model, int fragment) throws IOException {
    SegmentPlan plan = stream.plan(stream.seal(model, fragment));
    try (SegmentBuilder builder =
            SegmentBuilder.of(stream.options(), stream.options().indexStorage());
        DatasetHandle dataset = stream.dataset.open()) {
      SegmentRegistration segment =
          new SegmentRegistration(
              plan.uuid(),
              stream.options().index().name(),
              dataset.column(stream.options().index().column()).field(),
              plan.coverage(),
              stream.options().index().type(),
              builder.build(plan).details());
      new SegmentPublisher(Clock.systemUTC(), stream.files())
          .publish(dataset, List.of(segment), Set.of(), new CommitToken("test", plan.uuid()));
      return plan.uuid();
    }
  }

  /** With the segments and data files that only they name. */
  @Test
  void oldVersionsGoAndWhatTagsAndBranchesNameStays() throws Exception {
    ModelReference model = stream.saveModel();
    UUID branched = publish(model, 0); // version 2
    DatasetLocation branch = lines.branch("kept");
    withdraw(branched);
    UUID tagged = publish(model, 0); // version 4
    try (DatasetHandle dataset = stream.dataset.open()) {
      dataset.dataset().tags().create("kept", 4);
    }
    withdraw(tagged);
    UUID forgotten = publish(model, 0); // version 6
    withdraw(forgotten);
    UUID latest = publish(model, 0);
    stream.dataset.compact(10_000); // replaces the data files of the others
    long newest = stream.manifest().version();
    age();
    Path file = path.resolve("data");
    long filesBefore = count(file);
    GarbageCollector collector =
        collector(
            new LocalDatasetFiles(path), Optional.of(new VersionRetention(Duration.ofDays(1), 1)));
    List<StoredObject> found = collector.find(Instant.now());
    assertThat(collector.collect()).hasSameSizeAs(found);
    assertThat(found)
        .filteredOn(object -> object.kind() == GarbageKind.OLD_VERSION)
        .extracting(object -> object.path())
        .isEqualTo(
            LongStream.range(1, newest)
                .filter(version -> version != 2 && version != 4)
                .mapToObj(version -> manifestOf(version))
                .toList());
    List<UUID> left = stream.options().indexStorage().list();
    assertThat(left).containsExactlyInAnyOrder(branched, tagged, latest).doesNotContain(forgotten);
    assertThat(count(file)).as("the tag and the branch name the old ones").isEqualTo(filesBefore);
    for (long version : new long[] {2, 4, newest}) {
      try (DatasetHandle kept =
          stream.dataset.datasets().open(stream.dataset.location(), version)) {
        assertThat(kept.dataset().countRows()).isEqualTo(3 * TestStream.ROWS);
      }
    }
    try (DatasetHandle kept = stream.dataset.datasets().open(branch)) {
      assertThat(kept.dataset().getIndexes()).hasSize(1);
      assertThat(kept.dataset().countRows()).isEqualTo(3 * TestStream.ROWS);
    }
    assertThat(collector.find(Instant.now())).as("nothing is left").isEmpty();
    stream.dataset.append(stream.vectors, 10_000);
    assertThat(stream.manifest().liveRows()).isEqualTo(6 * TestStream.ROWS);
  }

  @Test
  void deletionFilesGoWithTheVersionsThatNameThem() throws Exception {
    stream.dataset.delete("id = 1");
    lines.branch("kept");
    stream.dataset.delete("id = 2");
    stream.dataset.delete("id < 5");
    write("_deletions/7-1-99.arrow");
    write("_deletions/notes.txt");
    age();
    assertThat(names(collector().collect())).containsExactly("7-1-99");
    Path deletions = path.resolve("_deletions");
    assertThat(count(deletions)).isEqualTo(4);
    collector(new LocalDatasetFiles(path), Optional.of(new VersionRetention(Duration.ofDays(1), 1)))
        .collect();
    assertThat(count(deletions)).as("the latest, the branch's, and notes").isEqualTo(3);
    assertThat(stream.manifest().liveRows()).isEqualTo(3 * TestStream.ROWS - 5);
    try (DatasetHandle latest = stream.dataset.open()) {
      assertThat(latest.dataset().getFragment(0).countRows()).isEqualTo(TestStream.ROWS - 5);
    }
  }

  @Test
  void versionsThatWorkReadsStay() throws Exception {
    stream.dataset.delete("id = 1");
    stream.dataset.delete("id = 2");
    stream.dataset.delete("id = 3");
    age();
    GarbageCollector collector =
        new GarbageCollector(
            stream.versions,
            new LocalDatasetFiles(path),
            stream.options().indexStorage(),
            POLICY,
            Optional.of(new VersionRetention(Duration.ofDays(1), 1)),
            () -> Set.of(2L));
    collector.collect();
    assertThat(count(path.resolve("_versions"))).as("2, 4 and the hint").isEqualTo(3);
    try (DatasetHandle kept = stream.dataset.datasets().open(stream.dataset.location(), 2)) {
      assertThat(kept.dataset().countRows()).isEqualTo(3 * TestStream.ROWS - 1);
    }
  }

  @Test
  void aStreamsUpkeepRemovesThemAgainAndAgain() throws Exception {
    stream.dataset.delete("id = 1");
    stream.dataset.delete("id = 2");
    age();
    Configuration asked = TestOptions.config(path.toString());
    asked.set(FreshetOptions.KEEP_FOR, Duration.ofHours(20));
    try (GarbageUpkeep upkeep =
        GarbageUpkeep.of(StreamOptions.from(asked), Set::of).orElseThrow()) {
      upkeep.collect();
      assertThat(count(path.resolve("_versions"))).as("3 and the hint").isEqualTo(2);
      stream.dataset.delete("id = 3");
      age();
      upkeep.collect();
      assertThat(count(path.resolve("_versions"))).isEqualTo(2);
    }
    assertThat(GarbageUpkeep.of(stream.options(), Set::of)).as("not asked for").isEmpty();
    assertThat(stream.manifest().liveRows()).isEqualTo(3 * TestStream.ROWS - 3);
  }

  @Test
  void versionsAndTheirFilesStayIfNobodyAsks() throws Exception {
    ModelReference model = stream.saveModel();
    UUID first = publish(model, 0);
    withdraw(first);
    stream.dataset.compact(10_000);
    age();
    collector().collect(); // the model
    assertThat(collector().find(Instant.now())).isEmpty();
    GarbageCollector keeping =
        collector(
            new LocalDatasetFiles(path), Optional.of(new VersionRetention(AGE.plusDays(1), 1)));
    assertThat(keeping.collect()).as("not old enough").isEmpty();
    assertThat(stream.options().indexStorage().list()).contains(first);
  }

  private String manifestOf(long version) {
    return "_versions/" + Long.toUnsignedString(-1 - version) + ".manifest";
  }

  private static long count(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  private void withdraw(UUID segment) {
    try (DatasetHandle dataset = stream.dataset.open()) {
      new SegmentPublisher(Clock.systemUTC(), stream.files())
          .withdraw(dataset, stream.options().index().name(), Set.of(segment));
    }
  }

  private GarbageCollector collector() {
    return collector(new LocalDatasetFiles(path));
  }

  private GarbageCollector collector(DatasetFiles files) {
    return collector(files, Optional.empty());
  }

  private GarbageCollector collector(DatasetFiles files, Optional<VersionRetention> retention) {
    return new GarbageCollector(
        stream.versions, files, stream.options().indexStorage(), POLICY, retention);
  }

  private Path manifest(long detached) {
    return path.resolve("_versions/d" + Long.toUnsignedString(detached) + ".manifest");
  }

  private void write(String file) throws IOException {
    Path target = path.resolve(file);
    Files.createDirectories(directory.resolve(target).getParent());
    Files.write(target, new byte[] {1, 2, 3});
  }

  /** Makes every file there is older than the grace period. */
  private void age() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(AGE)));
      }
    }
  }

  private static Set<String> names(List<StoredObject> objects) {
    return objects.stream().map(StoredObject::name).collect(Collectors.toSet());
  }
}
