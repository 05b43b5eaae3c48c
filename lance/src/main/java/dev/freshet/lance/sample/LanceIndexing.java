package dev.freshet.lance.sample;

import dev.freshet.lance.commit.LanceSegmentBuilder;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.util.List;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.OptimizeOptions;
import org.lance.index.vector.IvfBuildParams;
import org.lance.index.vector.PQBuildParams;
import org.lance.index.vector.VectorIndexParams;

/**
 * Lance's own way to index a dataset: one call over all of it, which also commits. What Freshet is
 * measured against.
 */
public final class LanceIndexing {

  private final DatasetHandle handle;
  private final VectorColumn column;

  public LanceIndexing(DatasetHandle handle, VectorColumn column) {
    this.handle = handle;
    this.column = column;
  }

  /** Builds the index with a given model; only the bounds of SQ are found by Lance itself. */
  public void build(String index, IvfModel model) {
    create(index, IndexType.valueOf(model.type().name()), LanceSegmentBuilder.parameters(model));
  }

  /** Trains an IVF_PQ model with Lance's defaults, and builds the index. */
  public void trainAndBuild(String index, Metric metric, int partitions, int subVectors) {
    create(
        index,
        IndexType.IVF_PQ,
        VectorIndexParams.withIvfPqParams(
            LanceSegmentBuilder.distance(metric),
            new IvfBuildParams.Builder().setNumPartitions(partitions).build(),
            new PQBuildParams.Builder().setNumSubVectors(subVectors).build()));
  }

  private void create(String index, IndexType type, VectorIndexParams params) {
    handle
        .dataset()
        .createIndex(
            IndexOptions.builder(
                    List.of(column.name()),
                    type,
                    IndexParams.builder().setVectorIndexParams(params).build())
                .replace(true)
                .withIndexName(index)
                .build());
  }

  /** Indexes what is not covered yet, as {@code optimize} does when nothing else is asked. */
  public void optimize(String index) {
    handle.dataset().optimizeIndices(OptimizeOptions.builder().indexNames(List.of(index)).build());
  }

  /**
   * Indexes what is not covered yet.
   *
   * @param segments how many committed segments are merged with it; 0 leaves a new one beside them
   */
  public void optimize(String index, int segments) {
    handle
        .dataset()
        .optimizeIndices(
            OptimizeOptions.builder()
                .indexNames(List.of(index))
                .numIndicesToMerge(segments)
                .build());
  }
}
