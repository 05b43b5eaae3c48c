package dev.freshet.bench.work;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.VectorSample;
import dev.freshet.lance.read.VectorScan;
import dev.freshet.lance.read.VectorSearch;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.RowRange;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Questions to an index of a dataset, and their answers by brute force, kept beside the dataset.
 *
 * @param vectors rows of the dataset, each moved a little towards another
 * @param nearest row ids of the {@value #K} nearest to each
 */
record Queries(List<float[]> vectors, List<List<Long>> nearest) {

  static final int K = 10;

  /** What a typical reader asks for: 20 probes, refine factor 10. */
  static final VectorSearch.Effort EFFORT = new VectorSearch.Effort(20, 10);

  private static final float SHIFT = 0.05f;
  private static final long SEED = 7;
  private static final long BATCH_BYTES = 4L << 20;
  private static final String FILE = "queries.json";

  /** Draws them and finds the answers. */
  static Queries draw(DatasetHandle dataset, ManifestVersion manifest, int count)
      throws IOException {
    VectorColumn column = dataset.column(VectorTable.VECTOR);
    int dimension = column.dimension();
    VectorBatch sample =
        new VectorSample(dataset, column, Metric.L2, manifest.live()).draw(2 * count, SEED);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      vectors.add(between(sample.vectors(), 2 * i * dimension, dimension));
    }
    return answered(dataset, manifest, vectors);
  }

  /** Finds the answers to questions in one pass over the live rows. */
  static Queries answered(DatasetHandle dataset, ManifestVersion manifest, List<float[]> vectors)
      throws IOException {
    VectorColumn column = dataset.column(VectorTable.VECTOR);
    List<Nearest> nearest = vectors.stream().map(vector -> new Nearest(vector, K)).toList();
    List<RowRange> all = manifest.fragments().stream().map(Fragment::rows).toList();
    try (VectorScan scan = new VectorScan(dataset, column, all, BATCH_BYTES)) {
      for (Optional<VectorBatch> next = scan.next(); next.isPresent(); next = scan.next()) {
        VectorBatch batch = next.get();
        nearest.parallelStream().forEach(one -> one.look(batch));
      }
    }
    return new Queries(vectors, nearest.stream().map(Nearest::rowIds).toList());
  }

  private static float[] between(float[] sample, int from, int dimension) {
    float[] query = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      float own = sample[from + d];
      query[d] = own + SHIFT * (sample[from + dimension + d] - own);
    }
    return query;
  }

  static Queries read(Path directory) throws IOException {
    return new ObjectMapper().readValue(directory.resolve(FILE).toFile(), Queries.class);
  }

  void write(Path directory) throws IOException {
    new ObjectMapper().writeValue(directory.resolve(FILE).toFile(), this);
  }

  /** Share of the answers that the index finds. */
  double recall(DatasetHandle dataset) throws IOException {
    VectorSearch search = search(dataset);
    long found = 0;
    for (int i = 0; i < vectors.size(); i++) {
      found +=
          search.indexed(vectors.get(i), K, EFFORT).stream()
              .filter(nearest.get(i)::contains)
              .count();
    }
    return (double) found / ((long) vectors.size() * K);
  }

  /** Time of each query in milliseconds, after all were asked once. */
  double[] latencies(DatasetHandle dataset) throws IOException {
    VectorSearch search = search(dataset);
    double[] millis = new double[vectors.size()];
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < millis.length; i++) {
        long start = System.nanoTime();
        search.indexed(vectors.get(i), K, EFFORT);
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    return millis;
  }

  private static VectorSearch search(DatasetHandle dataset) {
    return new VectorSearch(dataset, dataset.column(VectorTable.VECTOR), Metric.L2);
  }
}
