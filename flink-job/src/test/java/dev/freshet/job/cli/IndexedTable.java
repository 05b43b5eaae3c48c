package dev.freshet.job.cli;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.commit.LanceSegmentBuilder;
import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.train.TrainingPlan;
import dev.freshet.state.model.CommitToken;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** A dataset of three fragments on disk, and an index that Lance built over some of them. */
public final class IndexedTable implements AutoCloseable {

  static final int ROWS = 300;
  static final int DIMENSION = 16;
  public static final String INDEX = "vector_idx";

  private static final long SEED = 41;
  private static final long ARROW_BYTES = 64L << 20;

  private final Path path;
  private final VectorTable table;
  private final DatasetVersions versions;
  private final IvfModel model;

  private IndexedTable(Path path, IndexType type, Metric metric) {
    this.path = path;
    table = VectorTable.create(path.toString(), DIMENSION);
    versions = new DatasetVersions(DatasetLocation.of(path.toString()), ARROW_BYTES);
    ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);
    float[] first = vectors.next(ROWS);
    table.append(first, ROWS);
    table.append(vectors.next(ROWS), ROWS);
    table.append(vectors.next(ROWS), ROWS);
    IndexSpec.Vector spec =
        new IndexSpec.Vector(
            INDEX,
            VectorTable.VECTOR,
            type,
            metric,
            OptionalInt.of(4),
            type.hasSubVectors() ? OptionalInt.of(8) : OptionalInt.empty());
    try (DatasetHandle dataset = versions.latest()) {
      model =
          TrainingPlan.of(spec, dataset.column(VectorTable.VECTOR), ROWS)
              .train(first.clone(), ROWS);
    }
  }

  static IndexedTable create(Path path) {
    return create(path, IndexType.IVF_PQ, Metric.L2);
  }

  public static IndexedTable create(Path path, IndexType type, Metric metric) {
    return new IndexedTable(path, type, metric);
  }

  public String uri() {
    return path.toString();
  }

  String modelId() {
    return model.id();
  }

  /** Publishes a segment built over some fragments, as if it covered others. */
  public UUID publish(Coverage built, Coverage claimed) {
    try (DatasetHandle dataset = versions.latest()) {
      SegmentRegistration segment =
          new LanceSegmentBuilder(
                  dataset, dataset.column(VectorTable.VECTOR), new LocalDatasetFiles(path))
              .build(INDEX, model, UUID.randomUUID(), built);
      SegmentRegistration claim =
          new SegmentRegistration(
              segment.uuid(),
              segment.index(),
              segment.field(),
              claimed,
              segment.type(),
              segment.details());
      new SegmentPublisher(Clock.systemUTC(), new LocalDatasetFiles(path))
          .publish(dataset, List.of(claim), Set.of(), new CommitToken("test", claim.uuid()));
      return claim.uuid();
    }
  }

  /** A segment that is built and never published. */
  UUID build(Coverage fragments) {
    try (DatasetHandle dataset = versions.latest()) {
      return new LanceSegmentBuilder(
              dataset, dataset.column(VectorTable.VECTOR), new LocalDatasetFiles(path))
          .build(INDEX, model, UUID.randomUUID(), fragments)
          .uuid();
    }
  }

  public UUID publish(int... fragments) {
    return publish(Coverage.of(fragments), Coverage.of(fragments));
  }

  /** Makes a segment's files say that a newer Lance wrote them, in format 2.9. */
  void pretendNewerFormat(UUID segment) throws IOException {
    for (String name : List.of("index.idx", "auxiliary.idx")) {
      Path file = path.resolve("_indices").resolve(segment.toString()).resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 6] = 9;
      Files.write(file, bytes);
    }
  }

  /** Every file of the dataset, with its size. */
  Map<String, Long> files() throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(file.toString(), Files.size(file));
      }
    }
    return sizes;
  }

  @Override
  public void close() {
    versions.close();
    table.close();
  }
}
