package dev.freshet.vector.format;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;
import org.lance.WriteParams;
import org.lance.compaction.Compaction;
import org.lance.compaction.CompactionOptions;
import org.lance.compaction.CompactionPlan;
import org.lance.compaction.CompactionTask;
import org.lance.compaction.RewriteResult;
import org.lance.index.DistanceType;
import org.lance.index.Index;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.vector.HnswBuildParams;
import org.lance.index.vector.IvfBuildParams;
import org.lance.index.vector.PQBuildParams;
import org.lance.index.vector.RQBuildParams;
import org.lance.index.vector.SQBuildParams;
import org.lance.index.vector.VectorIndexParams;
import org.lance.ipc.LanceScanner;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;

/**
 * A dataset of random vectors ({@code id}, {@code vec}) with an index {@code vec_idx}, for tests.
 */
public final class LanceTable implements AutoCloseable {
  public static final String INDEX_NAME = "vec_idx";
  private static final String COLUMN = "vec";

  private final BufferAllocator allocator;
  private final String uri;
  private final int dimension;
  private final FileFormat format;
  private final Random random;
  private Dataset dataset;

  /** Writes {@code fragments} fragments of {@code rows} rows each, in format 2.1. */
  public LanceTable(
      BufferAllocator allocator, Path path, int dimension, int fragments, int rows, long seed)
      throws IOException {
    this(FileFormat.V2_1, allocator, path, dimension, fragments, rows, seed);
  }

  /** Writes {@code fragments} fragments of {@code rows} rows each. */
  public LanceTable(
      FileFormat format,
      BufferAllocator allocator,
      Path path,
      int dimension,
      int fragments,
      int rows,
      long seed)
      throws IOException {
    this.format = format;
    this.allocator = allocator;
    this.uri = path.toString();
    this.dimension = dimension;
    this.random = new Random(seed);
    this.dataset = write(0, fragments * rows, rows, WriteParams.WriteMode.CREATE);
  }

  /** A hit of a query; the distance is Lance's. */
  public record Hit(int id, float distance) {}

  public Dataset dataset() {
    return dataset;
  }

  public IndexStorage storage() {
    return storage(format);
  }

  /** The same files; new ones are written in that format. */
  public IndexStorage storage(FileFormat written) {
    return new LocalIndexStorage(uri, () -> written);
  }

  /** Appends one fragment of rows with ids from {@code firstId} on. */
  public void append(int firstId, int rows) throws IOException {
    dataset.close();
    dataset = write(firstId, rows, rows, WriteParams.WriteMode.APPEND);
  }

  public List<Integer> fragments() {
    return dataset.getFragments().stream().map(fragment -> fragment.getId()).toList();
  }

  /** Centroids and a codebook drawn at random: a poor model, but a model. */
  public IvfModel randomModel(IndexType type, Metric metric, int partitions, int bits) {
    Quantizer quantizer =
        switch (type.training()) {
          case NONE -> new Quantizer.Flat();
          case BOUNDS, LEFT_TO_LANCE -> new Quantizer.BuiltByLance();
          case CODEBOOK ->
              new Quantizer.Product(
                  dimension / 4, bits, Segments.floats(dimension << bits, random));
        };
    float[] centroids = Segments.floats(partitions * dimension, random);
    normalise(centroids); // else dot and cosine put every row into a few partitions
    return new IvfModel(type, metric, dimension, centroids, quantizer);
  }

  /** Lance builds a segment, without committing it. */
  public Index build(IvfModel model, List<Integer> fragments) {
    IndexParams params = IndexParams.builder().setVectorIndexParams(params(model)).build();
    return dataset.createIndex(
        IndexOptions.builder(
                List.of(COLUMN), org.lance.index.IndexType.valueOf(model.type().name()), params)
            .replace(true)
            .withIndexName(INDEX_NAME)
            .withFragmentIds(fragments)
            .build());
  }

  public void commit(List<Index> segments) {
    dataset.commitExistingIndexSegments(INDEX_NAME, COLUMN, segments);
  }

  /** Describes a segment that we wrote. */
  public Index describe(UUID segment, IvfModel model, List<Integer> fragments) {
    return Index.builder()
        .uuid(segment)
        .fields(List.of(1))
        .name(INDEX_NAME)
        .datasetVersion(dataset.version())
        .fragments(fragments)
        .indexDetails(IndexDetails.encode(model))
        .indexVersion(1)
        .indexType(org.lance.index.IndexType.VECTOR)
        .build();
  }

  /** The segments of the index that the manifest names. */
  public List<Index> segments() {
    return dataset.getIndexes().stream().filter(i -> i.name().equals(INDEX_NAME)).toList();
  }

  public void delete(String predicate) {
    dataset.delete(predicate);
  }

  /** Rewrites all fragments into one, and lets Lance remap the index. */
  public void compact() {
    CompactionOptions options =
        CompactionOptions.builder()
            .withTargetRowsPerFragment(1_000_000)
            .withMaterializeDeletionsThreshold(0)
            .build();
    CompactionPlan plan = Compaction.planCompaction(dataset, options);
    List<RewriteResult> results = new ArrayList<>();
    for (CompactionTask task : plan.getCompactionTasks()) {
      results.add(task.execute(dataset));
    }
    Compaction.commitCompaction(dataset, results, options);
    dataset.checkoutLatest();
  }

  /** The 10 nearest rows of each query at full probe, through the index only. */
  public List<List<Hit>> search(Metric metric, int queries, long seed) throws Exception {
    Random queryRandom = new Random(seed);
    List<List<Hit>> hits = new ArrayList<>();
    try (Dataset fresh = Dataset.open().allocator(allocator).uri(uri).build()) {
      for (int q = 0; q < queries; q++) {
        hits.add(search(fresh, metric, Segments.floats(dimension, queryRandom)));
      }
    }
    return hits;
  }

  @Override
  public void close() {
    dataset.close();
  }

  @SuppressWarnings("try") // a scanner's close() is declared to throw any Exception
  private List<Hit> search(Dataset fresh, Metric metric, float[] key) throws Exception {
    Query query =
        new Query.Builder()
            .setColumn(COLUMN)
            .setKey(key)
            .setK(20)
            .setNprobes(1000)
            .setDistanceType(distance(metric))
            .setUseIndex(true)
            .build();
    ScanOptions options =
        new ScanOptions.Builder().columns(List.of("id", "_distance")).nearest(query).build();
    List<Hit> hits = new ArrayList<>();
    try (LanceScanner scanner = fresh.newScan(options);
        ArrowReader reader = scanner.scanBatches()) {
      while (reader.loadNextBatch()) {
        VectorSchemaRoot root = reader.getVectorSchemaRoot();
        IntVector ids = (IntVector) root.getVector("id");
        Float4Vector distances = (Float4Vector) root.getVector("_distance");
        IntStream.range(0, root.getRowCount())
            .forEach(i -> hits.add(new Hit(ids.get(i), distances.get(i))));
      }
    }
    hits.sort(Comparator.comparing(Hit::distance).thenComparing(Hit::id)); // Lance leaves ties open
    return List.copyOf(hits.subList(0, Math.min(10, hits.size())));
  }

  private VectorIndexParams params(IvfModel model) {
    IvfBuildParams ivf =
        new IvfBuildParams.Builder()
            .setNumPartitions(model.partitions())
            .setCentroids(model.centroids())
            .build();
    VectorIndexParams.Builder params =
        new VectorIndexParams.Builder(ivf).setDistanceType(distance(model.metric()));
    if (model.quantizer() instanceof Quantizer.Product pq) {
      params.setPqParams(
          new PQBuildParams.Builder()
              .setNumSubVectors(pq.subVectors())
              .setNumBits(pq.bits())
              .setCodebook(pq.codebook())
              .build());
    }
    switch (model.type()) {
      case IVF_FLAT, IVF_PQ -> {}
      case IVF_SQ -> params.setSqParams(new SQBuildParams.Builder().build());
      case IVF_RQ -> params.setRqParams(new RQBuildParams.Builder().build());
      case IVF_HNSW_PQ -> params.setHnswParams(new HnswBuildParams.Builder().build());
      case IVF_HNSW_SQ ->
          params
              .setHnswParams(new HnswBuildParams.Builder().build())
              .setSqParams(new SQBuildParams.Builder().build());
    }
    return params.build();
  }

  private void normalise(float[] vectors) {
    for (int from = 0; from < vectors.length; from += dimension) {
      double squares = 0;
      for (int i = from; i < from + dimension; i++) {
        squares += vectors[i] * vectors[i];
      }
      for (int i = from; i < from + dimension; i++) {
        vectors[i] /= (float) Math.sqrt(squares);
      }
    }
  }

  private static DistanceType distance(Metric metric) {
    return switch (metric) {
      case L2 -> DistanceType.L2;
      case COSINE -> DistanceType.Cosine;
      case DOT -> DistanceType.Dot;
    };
  }

  private Dataset write(int firstId, int rows, int rowsPerFragment, WriteParams.WriteMode mode)
      throws IOException {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema(), allocator)) {
      fill(root, firstId, rows);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
        writer.writeBatch();
      }
      try (ArrowStreamReader reader =
          new ArrowStreamReader(new ByteArrayInputStream(bytes.toByteArray()), allocator)) {
        return Dataset.write()
            .allocator(allocator)
            .reader(reader)
            .uri(uri)
            .maxRowsPerFile(rowsPerFragment)
            .mode(mode)
            .dataStorageVersion(format.toString())
            .execute();
      }
    }
  }

  private void fill(VectorSchemaRoot root, int firstId, int rows) {
    IntVector ids = (IntVector) root.getVector("id");
    FixedSizeListVector vectors = (FixedSizeListVector) root.getVector(COLUMN);
    Float4Vector values = (Float4Vector) vectors.getDataVector();
    for (int i = 0; i < rows; i++) {
      ids.setSafe(i, firstId + i);
      vectors.setNotNull(i);
      for (int d = 0; d < dimension; d++) {
        values.setSafe(i * dimension + d, (float) random.nextGaussian());
      }
    }
    root.setRowCount(rows);
  }

  private Schema schema() {
    ArrowType real = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    return new Schema(
        List.of(
            new Field("id", FieldType.notNullable(new ArrowType.Int(32, true)), null),
            new Field(
                COLUMN,
                FieldType.nullable(new ArrowType.FixedSizeList(dimension)),
                List.of(new Field("item", FieldType.nullable(real), null)))));
  }
}
