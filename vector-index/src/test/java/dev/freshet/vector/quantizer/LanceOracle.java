package dev.freshet.vector.quantizer;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.index.DistanceType;
import org.lance.index.Index;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.vector.IvfBuildParams;
import org.lance.index.vector.PQBuildParams;
import org.lance.index.vector.SQBuildParams;
import org.lance.index.vector.VectorIndexParams;

/** A dataset of one vector column, and Lance's own segments over it, built with a given model. */
final class LanceOracle implements AutoCloseable {
  private static final String COLUMN = "vector";

  private final BufferAllocator allocator;
  private final Path path;
  private final Dataset dataset;

  LanceOracle(BufferAllocator allocator, Path path, float[] vectors, BitSet valid, int dimension)
      throws IOException {
    this.allocator = allocator;
    this.path = path;
    byte[] stream = arrowStream(allocator, vectors, valid, dimension);
    try (ArrowStreamReader reader =
        new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
      this.dataset =
          Dataset.write().allocator(allocator).reader(reader).uri(path.toString()).execute();
    }
  }

  Dataset dataset() {
    return dataset;
  }

  /**
   * Lance's segment over the whole dataset; it chooses the bounds of SQ itself.
   *
   * @param byFragments whether to build by fragment ids, which leaves the segment uncommitted
   */
  LanceSegment build(IvfModel model, boolean byFragments) throws Exception {
    IvfBuildParams ivf =
        new IvfBuildParams.Builder()
            .setNumPartitions(model.partitions())
            .setCentroids(model.centroids())
            .build();
    VectorIndexParams.Builder params =
        new VectorIndexParams.Builder(ivf).setDistanceType(distanceType(model.metric()));
    if (model.quantizer() instanceof Quantizer.Product pq) {
      params.setPqParams(
          new PQBuildParams.Builder()
              .setNumSubVectors(pq.subVectors())
              .setNumBits(pq.bits())
              .setCodebook(pq.codebook())
              .build());
    }
    if (model.type() == IndexType.IVF_SQ) {
      params.setSqParams(new SQBuildParams.Builder().build());
    }
    IndexOptions.Builder options =
        IndexOptions.builder(
                List.of(COLUMN),
                org.lance.index.IndexType.valueOf(model.type().name()),
                IndexParams.builder().setVectorIndexParams(params.build()).build())
            .replace(true)
            .withIndexName("oracle");
    if (byFragments) {
      options.withFragmentIds(dataset.getFragments().stream().map(Fragment::getId).toList());
    }
    Index index = dataset.createIndex(options.build());
    return LanceSegment.read(allocator, path.resolve("_indices").resolve(index.uuid().toString()));
  }

  @Override
  public void close() {
    dataset.close();
  }

  static DistanceType distanceType(Metric metric) {
    return switch (metric) {
      case L2 -> DistanceType.L2;
      case COSINE -> DistanceType.Cosine;
      case DOT -> DistanceType.Dot;
    };
  }

  private static byte[] arrowStream(
      BufferAllocator allocator, float[] vectors, BitSet valid, int dimension) throws IOException {
    Field item =
        new Field(
            "item",
            FieldType.nullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
            null);
    Field column =
        new Field(
            COLUMN, FieldType.nullable(new ArrowType.FixedSizeList(dimension)), List.of(item));
    int rows = vectors.length / dimension;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(column)), allocator);
        ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
      FixedSizeListVector lists = (FixedSizeListVector) root.getVector(COLUMN);
      Float4Vector values = (Float4Vector) lists.getDataVector();
      lists.setInitialCapacity(rows);
      lists.allocateNew();
      values.allocateNew(vectors.length);
      for (int i = 0; i < vectors.length; i++) {
        values.set(i, vectors[i]);
      }
      values.setValueCount(vectors.length);
      for (int row = 0; row < rows; row++) {
        if (valid.get(row)) {
          lists.setNotNull(row);
        }
      }
      root.setRowCount(rows);
      writer.start();
      writer.writeBatch();
      writer.end();
    }
    return bytes.toByteArray();
  }
}
