package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.protocol.WrongSegmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationGateTest {

  @TempDir Path directory;

  private final RecordedMetrics metrics = new RecordedMetrics();
  private TestStream stream;

  @BeforeEach
  void createDataset() {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 2);
  }

  @AfterEach
  void closeDataset() {
    stream.close();
  }

  @Test
  void aRightSegmentPasses() throws Exception {
    try (SegmentBuilder builder =
            SegmentBuilder.of(stream.options(), stream.options().indexStorage());
        DatasetHandle dataset = stream.dataset.open()) {
      UnpublishedSegment segment = builder.build(plan());
      List<Path> before = manifests();
      assertThat(verified(builder, dataset, segment)).isSameAs(segment);
      assertThat(stream.manifest().index().segments()).as("nothing is published").isEmpty();
      assertThat(manifests()).as("no detached version is left").isEqualTo(before);
    }
  }

  /** A collection of garbage may have looked for its name already. */
  @Test
  void aSegmentThatIsAboutToBeGarbageIsBuiltAnew() throws Exception {
    try (SegmentBuilder builder =
            SegmentBuilder.of(stream.options(), stream.options().indexStorage());
        DatasetHandle dataset = stream.dataset.open()) {
      UnpublishedSegment segment = builder.build(plan());
      Instant old = Instant.now().minus(GarbagePolicy.DEFAULT_GRACE).plusSeconds(60);
      for (String file : List.of("auxiliary.idx", "index.idx")) {
        Files.setLastModifiedTime(fileOf(segment, file), FileTime.from(old));
      }
      UnpublishedSegment rebuilt = verified(builder, dataset, segment);
      assertThat(rebuilt.built().plan().uuid()).isNotEqualTo(segment.built().plan().uuid());
      assertThat(rebuilt.built().rows()).isEqualTo(segment.built().rows());
      assertThat(metrics.count("verificationsFailed")).isZero();
    }
  }

  private Path fileOf(UnpublishedSegment segment, String name) {
    return directory.resolve("t/_indices/" + segment.built().plan().uuid()).resolve(name);
  }

  @Test
  void aSegmentThatStaysWrongStopsTheJob() throws Exception {
    try (SegmentBuilder builder =
            new BreakingBuilder(
                stream, SegmentBuilder.of(stream.options(), stream.options().indexStorage()));
        DatasetHandle dataset = stream.dataset.open()) {
      UnpublishedSegment segment = builder.build(plan());
      assertThatThrownBy(() -> verified(builder, dataset, segment))
          .isInstanceOf(WrongSegmentException.class)
          .hasMessage(
              "Segment "
                  + segment.built().plan().uuid()
                  + " of index vec_idx over fragments [0-1] does not find its own rows, or less"
                  + " than the segments it replaces, even when rebuilt: nothing was published");
      assertThat(metrics.count("verificationsFailed")).isEqualTo(2);
      assertThat(stream.manifest().index().segments()).isEmpty();
    }
  }

  /** Lance draws a graph anew each time, and another one may be better. */
  @Test
  void aGraphIsBuiltAgainMoreOften() throws Exception {
    stream.close();
    FileUtils.deleteDirectory(directory.resolve("t").toFile());
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_HNSW_SQ, 2);
    try (SegmentBuilder builder =
            new BreakingBuilder(
                stream, SegmentBuilder.of(stream.options(), stream.options().indexStorage()), 3);
        DatasetHandle dataset = stream.dataset.open()) {
      UnpublishedSegment segment = builder.build(plan());
      UnpublishedSegment right = verified(builder, dataset, segment);
      assertThat(right.built().plan().uuid()).isNotEqualTo(segment.built().plan().uuid());
      assertThat(metrics.count("verificationsFailed")).isEqualTo(3);
    }
  }

  @Test
  void aFragmentThatCannotBeReadStopsTheRebuild() throws Exception {
    try (SegmentBuilder builder =
            new BreakingBuilder(
                stream, SegmentBuilder.of(stream.options(), stream.options().indexStorage()));
        DatasetHandle dataset = stream.dataset.open()) {
      UnpublishedSegment segment = builder.build(plan());
      stream.dataset.dropFiles(1);
      assertThatThrownBy(() -> verified(builder, dataset, segment))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot be read, so their segment cannot be rebuilt");
    }
  }

  private SegmentPlan plan() throws IOException {
    ModelReference model = stream.saveModel();
    return stream.plan(stream.seal(model, 0), stream.seal(model, 1));
  }

  private UnpublishedSegment verified(
      SegmentBuilder builder, DatasetHandle dataset, UnpublishedSegment segment)
      throws IOException {
    return TestPublishing.verified(
        TestPublishing.context(stream, builder, metrics), dataset, segment, Set.of());
  }

  private List<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("t"))) {
      return files.filter(file -> !file.toString().contains("_indices")).sorted().toList();
    }
  }
}
