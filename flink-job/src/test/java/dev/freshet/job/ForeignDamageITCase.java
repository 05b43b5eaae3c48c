package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Another writer damages the index of a running stream in the ways that Lance 7.0.0 allows. */
class ForeignDamageITCase {

  private static final long SEED = 83;
  private static final int DIMENSION = 16;
  private static final int FRAGMENTS = 4;
  private static final int ROWS = 500;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** How long the planner may take a segment for unpublished that was withdrawn at once. */
  private static final Duration STALL = Duration.ofSeconds(6);

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);

  private interface Writer {
    void damage(Path path, List<UUID> segments) throws IOException;
  }

  /** After a compaction that defers the remap, queries of the segment fail or find nothing. */
  @ParameterizedTest
  @EnumSource(names = {"IVF_PQ", "IVF_HNSW_SQ"})
  void aDeferredRemapIsMended(IndexType type) throws Exception {
    assertMended(
        type, false, (path, segments) -> LanceTables.compactAndDeferRemap(path, FRAGMENTS * ROWS));
  }

  /** The remap of IVF_RQ is wrong. */
  @Test
  void aWrongRemapIsMended() throws Exception {
    assertMended(
        IndexType.IVF_RQ, false, (path, segments) -> LanceTables.compact(path, FRAGMENTS * ROWS));
  }

  /** Files of committed segments are cut off; no version tells, so it is found after a restart. */
  @Test
  void aBrokenFileIsMended() throws Exception {
    assertMended(
        IndexType.IVF_PQ,
        true,
        (path, segments) -> {
          for (UUID segment : segments.subList(1, segments.size())) {
            Path file = path.resolve("_indices/" + segment + "/auxiliary.idx");
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length - 20));
          }
        });
  }

  /**
   * Has the stream index, a writer damage what it indexed, and waits until all is right again.
   *
   * @param oneByOne whether there are several segments; Lance compacts only what the same segments
   *     cover
   */
  private void assertMended(IndexType type, boolean oneByOne, Writer writer) throws Exception {
    String description = type + ", seed " + SEED;
    Path path = directory.resolve("vectors");
    Path checkpoints = directory.resolve("checkpoints");
    Configuration stream = TestIndex.stream(path, type, Metric.L2);
    stream.set(FreshetOptions.STALL_TIMEOUT, STALL);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream)) {
      for (int fragment = oneByOne ? 1 : 0; fragment < FRAGMENTS; fragment++) {
        table.append(vectors.next(ROWS), ROWS);
      }
      try (TestJob job = TestJob.start(stream, checkpoints, 1, 10)) {
        if (oneByOne) {
          index.awaitComplete(job, PATIENCE);
          table.append(vectors.next(ROWS), ROWS);
        }
        index.awaitComplete(job, PATIENCE);
        List<UUID> before = index.segments();
        writer.damage(path, before);
        List<UUID> damaged = index.segments();
        if (oneByOne) {
          job.failTaskManager();
        }
        index.await(
            job,
            PATIENCE,
            manifest ->
                (isWithdrawn(index.history(), manifest) || isReplaced(damaged, manifest))
                    && manifest.uncovered().isEmpty());
      }
      assertThat(index.assertClean(description).indexedRows())
          .as(description)
          .isEqualTo((long) FRAGMENTS * ROWS);
    }
  }

  /** Whether none of the segments is committed any more: they held what no row has any more. */
  private static boolean isReplaced(List<UUID> segments, ManifestVersion latest) {
    return latest.index().segments().stream()
        .map(CommittedSegment::uuid)
        .noneMatch(segments::contains);
  }

  /** Whether fragments that were covered have been uncovered in a later version. */
  private static boolean isWithdrawn(List<ManifestVersion> history, ManifestVersion latest) {
    for (int i = 1; i < history.size(); i++) {
      List<CommittedSegment> now = history.get(i).index().segments();
      List<CommittedSegment> earlier = history.get(i - 1).index().segments();
      if (now.size() < earlier.size()
          && earlier.containsAll(now)
          && history.get(i).version() <= latest.version()) {
        return true;
      }
    }
    return false;
  }
}
