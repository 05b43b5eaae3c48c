package dev.freshet.operators.train;

import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.planning.ModelLineage;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.IndexedRows;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Tells which models segments carry: those of one model, of models that it has grown from, or of
 * none become one segment.
 */
public interface SegmentModels {

  /**
   * The model of a segment; none if its index has no vectors.
   *
   * @throws dev.freshet.vector.format.CorruptSegmentException if the segment is malformed
   * @throws java.io.FileNotFoundException if there is none
   */
  Optional<ModelReference> modelOf(UUID segment) throws IOException;

  /**
   * Which of some models have grown from which; one that cannot be read from none.
   *
   * @param models each with a segment that carries it
   */
  ModelLineage lineage(Collection<ModelReference> models) throws IOException;

  /** Rows that one thread encodes by a model in some minutes at most. */
  long rowsAtOnce(ModelReference model) throws IOException;

  /** Forgets what it remembers of segments that are not in the index any more. */
  void retain(LogicalIndex index);

  /** Those of a stream's index. */
  static SegmentModels of(StreamOptions options, IndexStorage storage, DatasetVersions versions) {
    return ModelStore.find(options, storage, versions)
        .<SegmentModels>map(store -> store)
        .orElseGet(() -> new None(storage, options.index().type()));
  }

  /** Of an index without vectors: it is enough that a segment can be read, which is tried once. */
  final class None implements SegmentModels {

    private final IndexStorage storage;
    private final IndexKind type;
    private final Set<UUID> readable = new HashSet<>();

    private None(IndexStorage storage, IndexKind type) {
      this.storage = storage;
      this.type = type;
    }

    @Override
    public Optional<ModelReference> modelOf(UUID segment) throws IOException {
      if (!readable.contains(segment)) {
        IndexedRows.open(storage, segment, type);
        readable.add(segment);
      }
      return Optional.empty();
    }

    @Override
    public ModelLineage lineage(Collection<ModelReference> models) {
      return ModelLineage.none();
    }

    @Override
    public long rowsAtOnce(ModelReference model) {
      return Long.MAX_VALUE;
    }

    @Override
    public void retain(LogicalIndex index) {
      readable.retainAll(index.segments().stream().map(CommittedSegment::uuid).toList());
    }
  }
}
