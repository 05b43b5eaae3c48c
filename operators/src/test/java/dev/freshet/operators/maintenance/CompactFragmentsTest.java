package dev.freshet.operators.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.operators.TestStage;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.wire.Publication;
import dev.freshet.operators.wire.WireKind;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactFragmentsTest {

  @TempDir Path directory;

  private TestStream stream;

  @BeforeEach
  void createDataset() {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 3);
  }

  @AfterEach
  void closeDataset() {
    stream.close();
  }

  @Test
  void writesNewFragmentsAndLeavesTheManifest() throws Exception {
    ManifestVersion before = stream.manifest();
    try (TestStage<CompactionGroup, Publication> stage = stage()) {
      stage.process(new CompactionGroup(before.version(), Coverage.of(0, 1), 1000));
      assertThat(stage.output()).hasSize(1);
      assertThat(stage.output().get(0))
          .isInstanceOfSatisfying(
              Publication.Compaction.class,
              compaction -> {
                assertThat(compaction.result().replaced()).isEqualTo(Coverage.of(0, 1));
                assertThat(compaction.result().rewritten()).hasSize(1);
              });
    }
    assertThat(stream.manifest()).isEqualTo(before);
  }

  @Test
  void readsTheVersionThatTheGroupNames() throws Exception {
    long version = stream.manifest().version();
    stream.dataset.append(stream.vectors, 10_000);
    try (TestStage<CompactionGroup, Publication> stage = stage()) {
      stage.process(new CompactionGroup(version, Coverage.of(0, 1), 1000));
      assertThat(stage.output()).hasSize(1);
    }
  }

  /** It could not be committed, and may have waited for long. */
  @Test
  void leavesAGroupWhoseFragmentsAreOthersByNow() throws Exception {
    long version = stream.manifest().version();
    try (TestStage<CompactionGroup, Publication> stage = stage()) {
      stream.dataset.delete("id < 5");
      stage.process(new CompactionGroup(version, Coverage.of(0, 1), 1000));
      assertThat(stage.output()).as("rows of one were deleted").isEmpty();
      stream.dataset.compact(10_000);
      stage.process(new CompactionGroup(version, Coverage.of(0, 1), 1000));
      assertThat(stage.output()).as("they are gone").isEmpty();
    }
  }

  @Test
  void leavesAGroupThatCannotBeRead() throws Exception {
    long version = stream.manifest().version();
    stream.dataset.dropFiles(0);
    try (TestStage<CompactionGroup, Publication> stage = stage()) {
      stage.process(new CompactionGroup(version, Coverage.of(0, 1), 1000));
      stage.process(new CompactionGroup(version + 99, Coverage.of(1, 2), 1000));
      stage.process(new CompactionGroup(version, Coverage.of(1, 77), 1000));
      assertThat(stage.output()).isEmpty();
      stage.process(new CompactionGroup(version, Coverage.of(1, 2), 1000));
      assertThat(stage.output()).as("the stream goes on").hasSize(1);
    }
  }

  private TestStage<CompactionGroup, Publication> stage() throws Exception {
    return TestStage.plain(
        new CompactFragments(stream.config), WireKind.PUBLICATION, Publication.class);
  }
}
