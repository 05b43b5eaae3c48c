package dev.freshet.sql.search;

import dev.freshet.lance.read.NeighbourScan;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.lance.Dataset;
import org.lance.index.DistanceType;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.vector.VectorIndexParams;
import org.lance.ipc.LanceScanner;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;

/**
 * A table of random vectors of unlike lengths, what Lance answers about it, and what brute force
 * does. All tables begin with the same vectors.
 */
final class SearchedTable implements AutoCloseable {

  static final long SEED = 17;
  static final int ROWS = 1500;
  static final int DIMENSION = 16;
  static final int PARTITIONS = 8;

  private static final int SUB_VECTORS = 4;
  private static final int BITS = 8;
  private static final int TRAINING_ROUNDS = 10;

  /** A row and its distance from the query. */
  record Neighbour(long id, double score) {}

  private final Path path;
  private final Metric metric;
  private final VectorTable table;
  private final Random random = new Random(SEED);
  private final List<float[]> vectors = new ArrayList<>();

  SearchedTable(Path path, Metric metric) {
    this.path = path;
    this.metric = metric;
    this.table = VectorTable.create(path.toString(), DIMENSION);
    float[] values = new float[ROWS * DIMENSION];
    for (int row = 0; row < ROWS; row++) {
      float[] vector = vector();
      vectors.add(vector);
      System.arraycopy(vector, 0, values, row * DIMENSION, DIMENSION);
    }
    table.append(values, ROWS);
  }

  Path path() {
    return path;
  }

  Metric metric() {
    return metric;
  }

  /** A vector as random as those of the rows. */
  float[] vector() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = 2 * random.nextFloat() - 1;
    }
    return vector;
  }

  /** Adds a row and gives its id. */
  long append(float[] vector) {
    vectors.add(vector);
    long id = table.appendedRows();
    table.append(vector, 1);
    return id;
  }

  void indexFlat() {
    index(IndexType.IVF_FLAT, VectorIndexParams.ivfFlat(PARTITIONS, type()));
  }

  void indexProducts() {
    index(
        IndexType.IVF_PQ,
        VectorIndexParams.ivfPq(PARTITIONS, SUB_VECTORS, BITS, type(), TRAINING_ROUNDS));
  }

  private DistanceType type() {
    return switch (metric) {
      case L2 -> DistanceType.L2;
      case COSINE -> DistanceType.Cosine;
      case DOT -> DistanceType.Dot;
    };
  }

  private void index(IndexType type, VectorIndexParams params) {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = open(allocator)) {
      dataset.createIndex(
          IndexOptions.builder(
                  List.of(VectorTable.VECTOR),
                  type,
                  IndexParams.builder().setVectorIndexParams(params).build())
              .withIndexName("vector_idx")
              .build());
    }
  }

  /** The k nearest of the rows that match, the nearest first. */
  List<Neighbour> bruteForce(float[] query, int k, LongPredicate matching) {
    return LongStream.range(0, vectors.size())
        .filter(matching)
        .mapToObj(id -> new Neighbour(id, score(query, id)))
        .sorted(Comparator.comparingDouble(Neighbour::score))
        .limit(k)
        .toList();
  }

  /** What a row's score is without any rounding. */
  double score(float[] query, long id) {
    float[] vector = vectors.get((int) id);
    double product = dot(query, vector);
    return switch (metric) {
      case L2 -> dot(query, query) - 2 * product + dot(vector, vector);
      case COSINE -> 1 - product / Math.sqrt(dot(query, query) * dot(vector, vector));
      case DOT -> 1 - product;
    };
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  /** What Lance itself finds in all partitions. */
  List<Neighbour> lance(float[] query, int k) throws Exception {
    Query nearest =
        new Query.Builder()
            .setColumn(VectorTable.VECTOR)
            .setKey(query)
            .setK(k)
            .setNprobes(PARTITIONS)
            .build();
    ScanOptions options =
        new ScanOptions.Builder()
            .nearest(nearest)
            .columns(List.of(VectorTable.ID, NeighbourScan.DISTANCE))
            .build();
    List<Neighbour> found = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = open(allocator);
        LanceScanner scanner = LanceScanner.create(dataset, options, allocator);
        ArrowReader reader = scanner.scanBatches()) {
      while (reader.loadNextBatch()) {
        VectorSchemaRoot batch = reader.getVectorSchemaRoot();
        BigIntVector ids = (BigIntVector) batch.getVector(VectorTable.ID);
        Float4Vector scores = (Float4Vector) batch.getVector(NeighbourScan.DISTANCE);
        for (int i = 0; i < batch.getRowCount(); i++) {
          found.add(new Neighbour(ids.get(i), scores.get(i)));
        }
      }
    }
    return found;
  }

  private Dataset open(BufferAllocator allocator) {
    return Dataset.open().allocator(allocator).uri(path.toString()).build();
  }

  @Override
  public void close() {
    table.close();
  }
}
