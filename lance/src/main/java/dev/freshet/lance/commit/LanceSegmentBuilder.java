package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import org.lance.Dataset;
import org.lance.index.DistanceType;
import org.lance.index.Index;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.vector.HnswBuildParams;
import org.lance.index.vector.IvfBuildParams;
import org.lance.index.vector.PQBuildParams;
import org.lance.index.vector.RQBuildParams;
import org.lance.index.vector.SQBuildParams;
import org.lance.index.vector.VectorIndexParams;

/**
 * Lets Lance build one uncommitted segment over whole fragments, with a model that is given.
 *
 * <p>Lance reads the fragments itself and writes {@code _indices/<uuid>/}; the manifest does not
 * change. Null and non-finite vectors get no code.
 */
public final class LanceSegmentBuilder {

  private final DatasetHandle handle;
  private final VectorColumn column;
  private final DatasetFiles files;

  /**
   * @param files of the dataset; a detached version may be needed and is removed
   */
  public LanceSegmentBuilder(DatasetHandle handle, VectorColumn column, DatasetFiles files) {
    this.handle = handle;
    this.column = column;
    this.files = files;
  }

  /**
   * Builds the segment; takes as long as indexing the fragments does.
   *
   * @param index name of the logical index
   * @param uuid of the segment to be, never used before
   * @return what to publish
   * @throws IllegalArgumentException if the model has not what its type needs
   */
  public SegmentRegistration build(String index, IvfModel model, UUID uuid, Coverage fragments) {
    if (model.dimension() != column.dimension()) {
      throw new IllegalArgumentException(
          "A model of dimension "
              + model.dimension()
              + " does not fit column '"
              + column.name()
              + "' of dimension "
              + column.dimension());
    }
    byte[] details =
        create(index, model, uuid, fragments)
            .indexDetails()
            .orElseThrow(() -> new IllegalStateException("Lance did not describe " + uuid));
    return new SegmentRegistration(uuid, index, column.field(), fragments, model.type(), details);
  }

  /** Of all types, only the bounds of SQ are still to be trained. */
  private Index create(String index, IvfModel model, UUID uuid, Coverage fragments) {
    boolean trains =
        model.type() == dev.freshet.state.model.IndexType.IVF_HNSW_SQ
            || model.type() == dev.freshet.state.model.IndexType.IVF_SQ;
    if (trains && RenamedColumn.isNeeded(handle, column)) {
      try (DetachedVersion renamed = RenamedColumn.of(handle, column, files)) {
        return create(
            renamed.handle().dataset(), RenamedColumn.NAME, index, model, uuid, fragments);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return create(handle.dataset(), column.name(), index, model, uuid, fragments);
  }

  private static Index create(
      Dataset dataset,
      String columnName,
      String index,
      IvfModel model,
      UUID uuid,
      Coverage fragments) {
    IndexParams params = IndexParams.builder().setVectorIndexParams(parameters(model)).build();
    return dataset.createIndex(
        IndexOptions.builder(List.of(columnName), IndexType.valueOf(model.type().name()), params)
            .replace(true) // without it Lance refuses once the index has a segment
            .withIndexName(index)
            .withIndexUUID(uuid.toString())
            .withFragmentIds(fragments.toList())
            .build());
  }

  /** What Lance is told to build with a given model. */
  public static VectorIndexParams parameters(IvfModel model) {
    DistanceType metric = distance(model.metric());
    IvfBuildParams ivf =
        new IvfBuildParams.Builder()
            .setNumPartitions(model.partitions())
            .setCentroids(model.centroids())
            .build();
    HnswBuildParams hnsw = new HnswBuildParams.Builder().build();
    SQBuildParams sq = new SQBuildParams.Builder().build();
    return switch (model.type()) {
      case IVF_FLAT -> new VectorIndexParams.Builder(ivf).setDistanceType(metric).build();
      case IVF_SQ ->
          new VectorIndexParams.Builder(ivf).setDistanceType(metric).setSqParams(sq).build();
      case IVF_PQ -> VectorIndexParams.withIvfPqParams(metric, ivf, pq(model));
      case IVF_RQ ->
          VectorIndexParams.withIvfRqParams(metric, ivf, new RQBuildParams.Builder().build());
      case IVF_HNSW_SQ -> VectorIndexParams.withIvfHnswSqParams(metric, ivf, hnsw, sq);
      case IVF_HNSW_PQ -> VectorIndexParams.withIvfHnswPqParams(metric, ivf, hnsw, pq(model));
    };
  }

  public static DistanceType distance(Metric metric) {
    return switch (metric) {
      case L2 -> DistanceType.L2;
      case COSINE -> DistanceType.Cosine;
      case DOT -> DistanceType.Dot;
    };
  }

  private static PQBuildParams pq(IvfModel model) {
    if (model.quantizer() instanceof Quantizer.Product product) {
      return new PQBuildParams.Builder()
          .setNumSubVectors(product.subVectors())
          .setNumBits(product.bits())
          .setCodebook(product.codebook())
          .build();
    }
    throw new IllegalArgumentException(
        model.type() + " needs a PQ codebook in its model: Lance trains none for one segment");
  }
}
