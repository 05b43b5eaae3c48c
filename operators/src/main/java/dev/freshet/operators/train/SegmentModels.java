package dev.freshet.operators.train;

import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ModelReference;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.IndexedRows;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** Tells which models segments carry: only those of one model, or of none, become one segment. */
public interface SegmentModels {

  /**
   * The model of a segment; none if its index has no vectors.
   *
   * @throws dev.freshet.vector.format.CorruptSegmentException if the segment is malformed
   * @throws java.io.FileNotFoundException if there is none
   */
  Optional<ModelReference> modelOf(UUID segment) throws IOException;

  /** Forgets what it remembers of segments that are not in the index any more. */
  void retain(LogicalIndex index);

  /** Those of a stream's index. */
  static SegmentModels of(StreamOptions options, IndexStorage storage, DatasetVersions versions) {
    return ModelStore.find(options, storage, versions)
        .<SegmentModels>map(store -> store)
        .orElseGet(() -> new None(storage, options.index().type()));
  }

  /** Of an index without vectors; it is enough that a segment can be read. */
  record None(IndexStorage storage, IndexKind type) implements SegmentModels {

    @Override
    public Optional<ModelReference> modelOf(UUID segment) throws IOException {
      IndexedRows.open(storage, segment, type);
      return Optional.empty();
    }

    @Override
    public void retain(LogicalIndex index) {
      // nothing is remembered
    }
  }
}
