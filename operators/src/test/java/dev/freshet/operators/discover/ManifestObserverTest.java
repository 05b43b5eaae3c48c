package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.index.DistanceType;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.vector.VectorIndexParams;

class ManifestObserverTest {

  @TempDir Path directory;

  private TestStream stream;

  @BeforeEach
  void createDataset() {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 4);
    stream.config.set(FreshetOptions.COMPACTION_FRAGMENTS, 4);
  }

  @AfterEach
  void closeDataset() {
    stream.close();
  }

  @Test
  void seesEachNewVersion() {
    try (ManifestObserver observer = new ManifestObserver(stream.options())) {
      Observation first = observer.observe();
      assertThat(first.manifest()).isEqualTo(stream.manifest());
      assertThat(first.width()).isEqualTo(8);
      assertThat(first.trainable()).isTrue();
      assertThat(observer.observe().manifest()).as("not read again").isSameAs(first.manifest());
      stream.dataset.append(stream.vectors, 10_000);
      assertThat(observer.observe().manifest().live()).isEqualTo(Coverage.of(0, 1, 2, 3, 4));
    }
  }

  @Test
  void asksForCompactionsOnceAnInterval() {
    publishAll();
    try (ManifestObserver observer = new ManifestObserver(stream.options())) {
      assertThat(observer.observe().compactions())
          .containsExactly(
              new CompactionGroup(stream.manifest().version(), Coverage.of(0, 1, 2, 3), 1_048_576));
      assertThat(observer.observe().compactions()).as("within the interval").isEmpty();
    }
  }

  @Test
  void fewerSmallFragmentsAreLeftAlone() {
    stream.config.set(FreshetOptions.COMPACTION_FRAGMENTS, 5);
    publishAll();
    assertNoCompactions();
  }

  @Test
  void compactionCanBeTurnedOff() {
    stream.config.set(FreshetOptions.COMPACTION, false);
    publishAll();
    assertNoCompactions();
  }

  @Test
  void aStreamThatEndsDoesNotCompact() {
    stream.config.set(FreshetOptions.ONCE, true);
    publishAll();
    assertNoCompactions();
  }

  @Test
  void uncoveredFragmentsAreNotCompacted() {
    assertNoCompactions();
  }

  /** The remap of IVF_RQ is wrong. */
  @Test
  void whatWouldHarmTheIndexOfAnotherIsNotCompacted() {
    publishAll();
    IndexParams oneBit =
        IndexParams.builder()
            .setVectorIndexParams(VectorIndexParams.ivfRq(4, (byte) 1, DistanceType.L2))
            .build();
    try (DatasetHandle handle = stream.dataset.open()) {
      handle
          .dataset()
          .createIndex(
              IndexOptions.builder(List.of("vec"), org.lance.index.IndexType.IVF_RQ, oneBit)
                  .withIndexName("another")
                  .build());
    }
    assertNoCompactions();
  }

  @Test
  void aDatasetWithAnIndexIsTrainable() {
    stream.config.set(FreshetOptions.INDEX_PARTITIONS, 10_000);
    try (ManifestObserver observer = new ManifestObserver(stream.options())) {
      assertThat(observer.observe().trainable()).as("too few rows").isFalse();
      publishAll();
      assertThat(observer.observe().trainable()).as("the index has its model").isTrue();
    }
  }

  private void assertNoCompactions() {
    try (ManifestObserver observer = new ManifestObserver(stream.options())) {
      assertThat(observer.observe().compactions()).isEmpty();
    }
  }

  private void publishAll() {
    TestSegments.publish(
        stream.dataset,
        TestSegments.build(
            stream.dataset,
            TestModels.of(stream.vectors, IndexType.IVF_PQ, Metric.L2, 4),
            Coverage.of(0, 1, 2, 3)));
  }
}
