package dev.freshet.lance.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetFiles.Entry;
import dev.freshet.lance.dataset.ParallelReads;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestNamesTest {

  private static final TestVectors VECTORS = TestVectors.clustered(20, 8, 2, 3);

  @TempDir Path directory;

  /** Where the indexes stand in the file may be the same, as in versions of two branches. */
  @Test
  void indexesAreReadThoughAllThatPointsAtThemIsTheSame() throws Exception {
    byte[] manifest;
    UUID segment;
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), VECTORS, 20)) {
      SegmentRegistration built =
          TestSegments.build(
              dataset, TestModels.of(VECTORS, IndexType.IVF_FLAT, Metric.L2, 2), Coverage.of(0));
      TestSegments.publish(dataset, built);
      segment = built.uuid();
      Entry newest =
          dataset.files().list("_versions").stream()
              .filter(file -> file.name().endsWith(".manifest"))
              .max(Comparator.comparing(Entry::modified))
              .orElseThrow();
      manifest = dataset.files().read(newest);
    }
    UUID other = new UUID(segment.getMostSignificantBits(), ~segment.getLeastSignificantBits());
    ManifestNames names = new ManifestNames();
    ParallelReads.Content reader = names.reader();
    Entry file = new Entry("_versions/x.manifest", false, manifest.length, Instant.EPOCH);
    reader.accept(file, manifest);
    assertThat(names.names()).contains(segment.toString()).doesNotContain(other.toString());
    reader.accept(file, replaced(manifest, segment, other));
    assertThat(names.names()).contains(segment.toString(), other.toString());
  }

  private static byte[] replaced(byte[] bytes, UUID from, UUID to) {
    byte[] changed = bytes.clone();
    int found = 0;
    for (int at = 0; at + 16 <= bytes.length; at++) {
      if (ByteBuffer.wrap(bytes, at, 16).equals(ByteBuffer.wrap(bytes(from)))) {
        System.arraycopy(bytes(to), 0, changed, at, 16);
        found++;
      }
    }
    assertThat(found).isPositive();
    return changed;
  }

  private static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(16)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }
}
