package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.report.IndexVerification;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.VectorColumn.Element;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each type of index, over rows of which some are deleted and some hold no vector. */
class IndexTypesITCase {

  private static final long SEED = 31;
  private static final int DIMENSION = 16;
  private static final int ROWS = 3000;
  private static final int FRAGMENT_ROWS = 1000;
  private static final int DELETED_EVERY = 50;

  /** Rows 0 and 1 of a hundred are no vectors; rows 7 and 57 are deleted. */
  private static final String DELETED = VectorTable.ID + " % " + DELETED_EVERY + " = 7";

  private static final int GOOD_ROWS = ROWS - ROWS / DELETED_EVERY - 2 * ROWS / 100;
  private static final int REFINE = 10;

  /** What index files say, by the storage version of their dataset. */
  private static final Map<String, String> FOOTERS =
      Map.of("2.0", "0.3", "2.1", "2.1", "2.2", "2.2");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "IVF_FLAT, DOT, true, 1.0",
    "IVF_PQ, COSINE, true, 0.95",
    "IVF_SQ, L2, false, 0.95",
    "IVF_HNSW_PQ, L2, false, 0.9",
    "IVF_HNSW_SQ, COSINE, true, 0.9",
    "IVF_RQ, L2, false, 0.4",
  })
  void everyGoodRowIsIndexed(IndexType type, Metric metric, boolean stableRowIds, double recall)
      throws Exception {
    everyGoodRowIsIndexed(type, metric, stableRowIds, "2.1", recall);
  }

  /** Index files have the format of the data files. */
  @ParameterizedTest
  @CsvSource({
    "IVF_FLAT, L2, true, 2.2, 1.0",
    "IVF_PQ, L2, false, 2.2, 0.95",
    "IVF_SQ, COSINE, false, 2.0, 0.95",
    "IVF_PQ, COSINE, true, 2.0, 0.95",
    "IVF_HNSW_PQ, L2, false, 2.2, 0.9",
    "IVF_HNSW_SQ, L2, false, 2.0, 0.9",
    "IVF_RQ, L2, false, 2.2, 0.4",
  })
  void everyGoodRowOfAnotherFormatIsIndexed(
      IndexType type, Metric metric, boolean stableRowIds, String storageVersion, double recall)
      throws Exception {
    everyGoodRowIsIndexed(type, metric, stableRowIds, storageVersion, recall);
  }

  private void everyGoodRowIsIndexed(
      IndexType type, Metric metric, boolean stableRowIds, String storageVersion, double recall)
      throws Exception {
    String seed = "seed " + SEED;
    Path path = directory.resolve("vectors");
    Configuration once = TestIndex.once(path, type, metric);
    create(path, Element.FLOAT32, stableRowIds, storageVersion);
    try (TestIndex index = new TestIndex(once)) {
      TestJob.run(once, directory.resolve("checkpoints"));

      IndexVerification.Report report = index.assertClean(seed, REFINE);
      assertThat(report.indexedRows()).as(seed).isEqualTo(GOOD_ROWS);
      assertThat(report.recallAt10FullProbe()).as("recall, %s", seed).isBetween(recall, 1.0);
      assertThat(index.description().model().type()).isEqualTo(type);
      assertThat(index.description().model().metric()).isEqualTo(metric);
      assertThat(footers(index, path)).containsOnly(FOOTERS.get(storageVersion));
    }
  }

  /**
   * The rotation of IVF_RQ is drawn anew for each build, so its codes are only as good on average.
   */
  @ParameterizedTest
  @CsvSource({"IVF_PQ, 0.02", "IVF_RQ, 0.2"})
  void codesAreAsGoodAsLanceMakesThem(IndexType type, double tolerance) throws Exception {
    String seed = "seed " + SEED;
    Path path = directory.resolve("vectors");
    Configuration once = TestIndex.once(path, type, Metric.L2);
    create(path, Element.FLOAT32, false, "2.1");
    TestJob.run(once, directory.resolve("checkpoints"));
    Path copy = LanceTables.copy(path, directory.resolve("copy"));
    try (TestIndex freshet = new TestIndex(once);
        TestIndex lance = new TestIndex(TestIndex.once(copy, type, Metric.L2))) {
      IvfModel model = freshet.description().model();
      LanceTables.reindex(copy, model);

      assertThat(lance.models()).as("Lance took the model over, %s", seed).contains(model.id());
      assertThat(freshet.assertClean(seed).recallAt10FullProbe())
          .as("recall by the codes alone, %s", seed)
          .isCloseTo(lance.assertClean(seed).recallAt10FullProbe(), within(tolerance));
    }
  }

  /** Lance's Java API gives centroids as float32, and its indexes want those of the column. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "FLOAT64"})
  void otherElementTypesAreRefused(Element element) throws Exception {
    Path path = directory.resolve("vectors");
    Configuration once = TestIndex.once(path, IndexType.IVF_FLAT, Metric.L2);
    create(path, element, false, "2.1");

    assertThatThrownBy(() -> TestJob.run(once, directory.resolve("checkpoints")))
        .rootCause()
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            "Column 'vector' holds %s: Lance builds no segment over it with a given model, so cast"
                + " it to float32",
            element);
  }

  /** The versions in the footers of all index files. */
  private static List<String> footers(TestIndex index, Path path) throws IOException {
    List<String> footers = new ArrayList<>();
    for (UUID segment : index.segments()) {
      for (String file : List.of("index.idx", "auxiliary.idx")) {
        byte[] bytes = Files.readAllBytes(path.resolve("_indices/" + segment + "/" + file));
        footers.add(bytes[bytes.length - 8] + "." + bytes[bytes.length - 6]);
      }
    }
    return footers;
  }

  private static void create(
      Path path, Element element, boolean stableRowIds, String storageVersion) throws Exception {
    float[] vectors = new ClusteredVectors(DIMENSION, SEED).next(ROWS);
    TypedTable.create(
        path, element, stableRowIds, storageVersion, vectors, DIMENSION, FRAGMENT_ROWS);
    TypedTable.delete(path, DELETED);
  }
}
