package dev.freshet.lance.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.dataset.VectorColumn.Element;
import dev.freshet.state.model.CommitToken;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lance.ipc.LanceScanner;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;
import org.lance.schema.ColumnAlteration;

/** Lance answers from what was built over columns of any name. */
class LanceSegmentBuilderTest {

  private static final long SEED = 23;
  private static final int DIMENSION = 8;
  private static final int ROWS = 600;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "VECTOR, false",
    "VECTOR, true",
    "My Vec, false",
    "my\"vec, false",
    "select, false",
    "Vec[0], true",
    "É, false",
    "my'vec, false",
    "a\\b, false"
  })
  void findsEachRowOnceWhateverTheColumnIsCalled(String name, boolean stableRowIds)
      throws Exception {
    TestVectors vectors = TestVectors.clustered(ROWS, DIMENSION, 4, SEED);
    BitSet nulls = new BitSet();
    nulls.set(110, 120);
    try (TestDataset dataset =
        TestDataset.create(directory.resolve("t"), Element.FLOAT32, DIMENSION, stableRowIds)) {
      dataset.append(vectors, 100, nulls);
      rename(dataset, name);
      dataset.delete("id % 5 = 1");
      Set<Path> before = files(dataset);
      try (DatasetHandle handle = dataset.open()) {
        VectorColumn column = handle.column(name);
        assertThat(handle.hasVectors(column, ROWS - ROWS / 5 - 8)).isTrue();
        assertThat(handle.hasVectors(column, ROWS - ROWS / 5 - 7)).isFalse();
        for (IndexType type : List.of(IndexType.IVF_HNSW_SQ, IndexType.IVF_RQ)) {
          SegmentRegistration segment =
              new LanceSegmentBuilder(handle, column, new LocalDatasetFiles(dataset.path()))
                  .build(type.name(), model(type), UUID.randomUUID(), Coverage.of(1, 2));
          assertThat(files(dataset)).as("nothing is left but the segment").isEqualTo(before);
          try (DetachedVersion detached =
              TestSegments.publisher(dataset)
                  .detach(
                      handle, segment, Set.of(), new CommitToken(type.name(), segment.uuid()))) {
            List<Long> all =
                LongStream.range(100, 300)
                    .filter(id -> id % 5 != 1 && !nulls.get((int) id))
                    .boxed()
                    .toList();
            List<Long> found = answers(detached.handle(), name);
            if (type == IndexType.IVF_RQ) {
              assertThat(found).containsExactlyElementsOf(all);
            } else { // a graph need not reach every row
              assertThat(found)
                  .isSubsetOf(all)
                  .doesNotHaveDuplicates()
                  .hasSizeGreaterThan(all.size() * 9 / 10);
            }
          }
        }
      }
    }
  }

  @Test
  void refusesANameThatLanceCannotReadBy() {
    try (TestDataset dataset =
        TestDataset.of(directory.resolve("t"), TestVectors.clustered(10, DIMENSION, 2, SEED), 10)) {
      rename(dataset, "my`vec");
      try (DatasetHandle handle = dataset.open()) {
        assertThatThrownBy(() -> handle.column("my`vec"))
            .isInstanceOf(DatasetException.class)
            .hasMessageContaining("has a name that Lance cannot read by: rename the column");
      }
    }
  }

  private static void rename(TestDataset dataset, String name) {
    try (DatasetHandle handle = dataset.open()) {
      handle
          .dataset()
          .alterColumns(
              List.of(new ColumnAlteration.Builder(TestDataset.COLUMN).rename(name).build()));
    }
  }

  private static IvfModel model(IndexType type) {
    float[] centroids = new float[2 * DIMENSION];
    Arrays.fill(centroids, DIMENSION, centroids.length, 1f);
    return new IvfModel(type, Metric.L2, DIMENSION, centroids, new Quantizer.BuiltByLance());
  }

  /** Everything but the segments. */
  private static Set<Path> files(TestDataset dataset) throws IOException {
    try (Stream<Path> files = Files.walk(dataset.path())) {
      return files
          .filter(file -> !file.startsWith(dataset.path().resolve("_indices")))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Ids of all rows that the segment over fragments 1 and 2 gives, ascending, with repeats. */
  private static List<Long> answers(DatasetHandle handle, String column) throws Exception {
    ScanOptions options =
        new ScanOptions.Builder()
            .columns(List.of("id", "_distance"))
            .fragmentIds(List.of(1, 2))
            .prefilter(true)
            .nearest(
                new Query.Builder()
                    .setColumn(column)
                    .setKey(new float[DIMENSION])
                    .setK(ROWS)
                    .setEf(2 * ROWS)
                    .setNprobes(2)
                    .setUseIndex(true)
                    .build())
            .build();
    Stream.Builder<Long> ids = Stream.builder();
    try (LanceScanner scanner = handle.dataset().newScan(options);
        ArrowReader reader = scanner.scanBatches()) {
      while (reader.loadNextBatch()) {
        BigIntVector batch = (BigIntVector) reader.getVectorSchemaRoot().getVector("id");
        for (int i = 0; i < batch.getValueCount(); i++) {
          ids.add(batch.get(i));
        }
      }
    }
    return ids.build().sorted().toList();
  }
}
