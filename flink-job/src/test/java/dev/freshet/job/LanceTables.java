package dev.freshet.job;

import dev.freshet.lance.sample.VectorTable;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.lance.Dataset;
import org.lance.compaction.CompactionOptions;
import org.lance.index.DistanceType;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.vector.HnswBuildParams;
import org.lance.index.vector.IvfBuildParams;
import org.lance.index.vector.PQBuildParams;
import org.lance.index.vector.RQBuildParams;
import org.lance.index.vector.SQBuildParams;
import org.lance.index.vector.VectorIndexParams;

/** What a user does to a dataset with plain Lance. */
final class LanceTables {

  private static final int BITS = 8;

  private LanceTables() {}

  /** Lance's own index over the whole dataset, of a model that Lance trains. */
  static void index(Path table, IndexType type, Metric metric, int partitions, int subVectors) {
    IvfBuildParams ivf = new IvfBuildParams.Builder().setNumPartitions(partitions).build();
    PQBuildParams pq =
        new PQBuildParams.Builder().setNumSubVectors(subVectors).setNumBits(BITS).build();
    create(table, type, parameters(type, metric, ivf, pq));
  }

  /** Lance's own index over the whole dataset in place of the one it has, of a model given. */
  static void reindex(Path table, IvfModel model) {
    IvfBuildParams ivf =
        new IvfBuildParams.Builder()
            .setNumPartitions(model.partitions())
            .setCentroids(model.centroids())
            .build();
    PQBuildParams.Builder pq = new PQBuildParams.Builder();
    if (model.quantizer() instanceof Quantizer.Product product) {
      pq.setNumSubVectors(product.subVectors())
          .setNumBits(product.bits())
          .setCodebook(product.codebook());
    }
    create(table, model.type(), parameters(model.type(), model.metric(), ivf, pq.build()));
  }

  private static VectorIndexParams parameters(
      IndexType type, Metric metric, IvfBuildParams ivf, PQBuildParams pq) {
    DistanceType distance =
        switch (metric) {
          case L2 -> DistanceType.L2;
          case COSINE -> DistanceType.Cosine;
          case DOT -> DistanceType.Dot;
        };
    VectorIndexParams.Builder params = new VectorIndexParams.Builder(ivf).setDistanceType(distance);
    HnswBuildParams hnsw = new HnswBuildParams.Builder().build();
    SQBuildParams sq = new SQBuildParams.Builder().build();
    return switch (type) {
      case IVF_FLAT -> params.build();
      case IVF_PQ -> params.setPqParams(pq).build();
      case IVF_SQ -> params.setSqParams(sq).build();
      case IVF_HNSW_PQ -> params.setHnswParams(hnsw).setPqParams(pq).build();
      case IVF_HNSW_SQ -> params.setHnswParams(hnsw).setSqParams(sq).build();
      case IVF_RQ -> params.setRqParams(new RQBuildParams.Builder().build()).build();
    };
  }

  private static void create(Path table, IndexType type, VectorIndexParams params) {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = Dataset.open().allocator(allocator).uri(table.toString()).build()) {
      dataset.createIndex(
          IndexOptions.builder(
                  List.of(VectorTable.VECTOR),
                  org.lance.index.IndexType.valueOf(type.name()),
                  IndexParams.builder().setVectorIndexParams(params).build())
              .replace(true)
              .withIndexName(VectorTable.VECTOR + "_idx")
              .build());
    }
  }

  /** Lance's own compaction, with its remap. */
  static void compact(Path table, long targetRows) {
    compact(table, CompactionOptions.builder().withTargetRowsPerFragment(targetRows).build());
  }

  /** The same, the remap of the indexes left for later. */
  static void compactAndDeferRemap(Path table, long targetRows) {
    compact(
        table,
        CompactionOptions.builder()
            .withTargetRowsPerFragment(targetRows)
            .withDeferIndexRemap(true)
            .build());
  }

  private static void compact(Path table, CompactionOptions options) {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = Dataset.open().allocator(allocator).uri(table.toString()).build()) {
      dataset.compact(options);
    }
  }

  /** A dataset is its files, so its copy is one too. */
  static Path copy(Path table, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(table)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(table.relativize(file)));
      }
    }
    return target;
  }
}
