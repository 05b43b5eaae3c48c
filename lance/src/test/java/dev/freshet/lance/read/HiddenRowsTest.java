package dev.freshet.lance.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn.Element;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lance itself is asked which rows it hides. */
class HiddenRowsTest {

  private static final int ROWS = 100;
  private static final int MOVED = 20;
  private static final Set<Long> MOVED_IDS = ids(40, 40 + MOVED);

  @TempDir Path directory;

  private final TestVectors vectors = TestVectors.clustered(3 * ROWS, 8, 4, 1);
  private TestDataset dataset;

  @AfterEach
  void closeDataset() {
    dataset.close();
  }

  @Test
  void rowsThatMovedBeforeTheirOldNeighboursAreHiddenOnceARowIsDeleted() throws Exception {
    create(true);
    dataset.merge(40, TestVectors.clustered(MOVED, 8, 4, 2)); // to fragment 3
    dataset.compact(ROWS); // 0 has lost many rows: it becomes 4, behind 3
    assertThat(live()).isEqualTo(Coverage.of(1, 2, 3, 4));
    dataset.compact(10 * ROWS);
    publish();
    assertThat(unanswered()).isEmpty();
    dataset.delete("id = 7");
    assertThat(unanswered()).isEqualTo(MOVED_IDS).isEqualTo(hidden());
  }

  @Test
  void aCompactionIsToldByTheOrderOfItsFragments() throws Exception {
    create(true);
    dataset.merge(40, TestVectors.clustered(MOVED, 8, 4, 2));
    assertThat(wouldHide(0, 1, 2, 3)).isFalse();
    dataset.compact(ROWS);
    assertThat(wouldHide(1, 2, 3, 4)).isTrue();
    assertThat(wouldHide(3, 4)).isTrue();
    assertThat(wouldHide(1, 2, 3)).isFalse();
    assertThat(wouldHide(1, 2, 4)).isFalse();
    assertThat(hidden()).isEmpty();
  }

  @Test
  void addressesHideNothing() throws Exception {
    create(false);
    dataset.merge(40, TestVectors.clustered(MOVED, 8, 4, 2));
    dataset.compact(ROWS);
    assertThat(wouldHide(1, 2, 3, 4)).isFalse();
    dataset.compact(10 * ROWS);
    assertThat(hidden()).isEmpty();
  }

  /** Updates, deletions and compactions that join and cut; nothing is hidden that was not told. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatLanceHidesIsToldBefore(long seed) throws Exception {
    create(true);
    Random random = new Random(seed);
    boolean told = false;
    for (int step = 0; step < 12; step++) {
      dataset.merge(random.nextInt(2 * ROWS), TestVectors.clustered(MOVED, 8, 4, seed + step));
      dataset.delete("id >= 220 AND id % 23 = " + random.nextInt(23));
      Coverage before = live();
      boolean would = wouldHide(before.stream().toArray());
      dataset.compact(random.nextBoolean() ? 10 * ROWS : 10 + random.nextInt(2 * ROWS));
      told |= would;
      assertThat(told || hidden().isEmpty()).isTrue();
    }
    publish();
    dataset.delete("id = 299");
    assertThat(hidden()).containsAll(unanswered());
  }

  private void create(boolean stableRowIds) {
    dataset = TestDataset.create(directory.resolve("t"), Element.FLOAT32, 8, stableRowIds);
    dataset.append(vectors, ROWS);
  }

  private void publish() {
    TestSegments.publish(
        dataset,
        TestSegments.build(
            dataset, TestModels.of(vectors, IndexType.IVF_FLAT, Metric.L2, 4), live()));
  }

  /** Ids of the rows; no row was inserted by a merge, so they are the row ids. */
  private Set<Long> unanswered() throws Exception {
    Set<Long> rows = new TreeSet<>();
    try (DatasetHandle handle = dataset.open()) {
      LiveRowIds.forEach(handle, live().toList(), rows::add);
    }
    dataset.searchAll(vectors.row(0)).forEach(rows::remove);
    return rows;
  }

  private Set<Long> hidden() throws IOException {
    try (DatasetHandle handle = dataset.open()) {
      return LongStream.of(HiddenRows.of(handle, live()).toArray())
          .boxed()
          .collect(Collectors.toSet());
    }
  }

  private boolean wouldHide(int... fragments) throws IOException {
    try (DatasetHandle handle = dataset.open()) {
      return HiddenRows.wouldHide(handle, Coverage.of(fragments));
    }
  }

  private Coverage live() {
    try (DatasetHandle handle = dataset.open()) {
      return ManifestReader.live(handle);
    }
  }

  private static Set<Long> ids(long from, long to) {
    return LongStream.range(from, to).boxed().collect(Collectors.toSet());
  }
}
