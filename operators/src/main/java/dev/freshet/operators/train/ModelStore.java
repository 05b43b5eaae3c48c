package dev.freshet.operators.train;

import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.planning.ModelLineage;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.format.SegmentWriter;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Reads models out of segments and writes new ones as segments without rows.
 *
 * <p>Keeps the model that was read last, as a stage works with one at a time. Not thread-safe.
 */
public final class ModelStore implements SegmentModels {

  /** Of one thread in some minutes: it was measured at 15 to 37 billion in a second. */
  private static final long MULTIPLY_ADDS_AT_ONCE = 2_700_000_000_000L;

  private final IndexStorage storage;
  private final IndexType type;
  private final Supplier<LogicalIndex> index;
  private Optional<IvfModel> last = Optional.empty();
  private String lastId = "";
  private final Map<UUID, String> ids = new HashMap<>();
  private final LineageReader lineages;

  /**
   * @param type of the index: a model of a type that Lance builds is carried by a plain segment
   * @param index asked for other segments to read a model from, when the one it names is gone
   */
  ModelStore(
      IndexStorage storage, IndexType type, Supplier<LogicalIndex> index, Successions successions) {
    this.storage = storage;
    this.type = type;
    this.index = index;
    this.lineages = new LineageReader(this, successions);
  }

  /** Where the segments are that it reads and writes. */
  public IndexStorage storage() {
    return storage;
  }

  /** The store of a stream's index of vectors. */
  public static ModelStore of(
      StreamOptions options, IndexStorage storage, DatasetVersions versions) {
    return new ModelStore(
        storage,
        options.vectors().type(),
        () -> versions.latestIndex(options.index().name()),
        Successions.of(options));
  }

  /** The same; none if the index has no vectors. */
  public static Optional<ModelStore> find(
      StreamOptions options, IndexStorage storage, DatasetVersions versions) {
    return options.index() instanceof IndexSpec.Vector
        ? Optional.of(of(options, storage, versions))
        : Optional.empty();
  }

  @Override
  public Optional<ModelReference> modelOf(UUID segment) throws IOException {
    return Optional.of(referenceTo(segment));
  }

  /**
   * The model of a reference.
   *
   * @throws FileNotFoundException if no segment holds it any more
   */
  public IvfModel load(ModelReference reference) throws IOException {
    if (last.isPresent() && lastId.equals(reference.id())) {
      return last.get();
    }
    Optional<IvfModel> found = read(reference.segment(), reference.id());
    if (found.isEmpty()) {
      for (CommittedSegment segment : index.get().segments()) {
        found = read(segment.uuid(), reference.id());
        if (found.isPresent()) {
          break;
        }
      }
    }
    last =
        Optional.of(
            found.orElseThrow(
                () ->
                    new FileNotFoundException(
                        "Model "
                            + reference.id()
                            + " of "
                            + storage.datasetUri()
                            + " is in no segment any more")));
    lastId = reference.id();
    return last.get();
  }

  /** The reference to the model of a segment. */
  public ModelReference referenceTo(UUID segment) throws IOException {
    return new ModelReference(idOf(segment), segment);
  }

  /** The model's id of a segment; a segment never changes, so it is read once. */
  public String idOf(UUID segment) throws IOException {
    String id = ids.get(segment);
    if (id == null) {
      id = asIndexed(SegmentReader.open(storage, segment).model()).id();
      ids.put(segment, id);
    }
    return id;
  }

  @Override
  public ModelLineage lineage(Collection<ModelReference> models) throws IOException {
    return lineages.of(models);
  }

  /** A row is compared with all centroids, and its parts with all codewords. */
  @Override
  public long rowsAtOnce(ModelReference reference) throws IOException {
    IvfModel model = load(reference);
    int codewords = model.quantizer() instanceof Quantizer.Product pq ? 1 << pq.bits() : 0;
    return Math.max(
        1, MULTIPLY_ADDS_AT_ONCE / ((long) model.dimension() * (model.partitions() + codewords)));
  }

  @Override
  public void retain(LogicalIndex index) {
    ids.keySet().retainAll(index.segments().stream().map(CommittedSegment::uuid).toList());
  }

  /** Stores a new model. */
  public ModelReference save(IvfModel model) throws IOException {
    UUID segment = UUID.randomUUID();
    try (SegmentWriter writer = SegmentWriter.create(storage, segment, carrierOf(model))) {
      writer.finish();
    }
    return new ModelReference(model.id(), segment);
  }

  private Optional<IvfModel> read(UUID segment, String id) throws IOException {
    try {
      IvfModel model = asIndexed(SegmentReader.open(storage, segment).model());
      return Optional.of(model).filter(found -> found.id().equals(id));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** A plain type that can hold the same centroids and codebook. */
  private static IvfModel carrierOf(IvfModel model) {
    if (model.type().builder() == IndexType.Builder.FRESHET) {
      return model;
    }
    return switch (model.type().training()) {
      case CODEBOOK -> with(model, IndexType.IVF_PQ, model.quantizer());
      case BOUNDS -> with(model, IndexType.IVF_SQ, model.quantizer());
      case NONE, LEFT_TO_LANCE -> with(model, IndexType.IVF_FLAT, new Quantizer.Flat());
    };
  }

  private IvfModel asIndexed(IvfModel read) {
    if (type.builder() == IndexType.Builder.FRESHET) {
      return read;
    }
    return switch (type.training()) {
      case NONE, BOUNDS, CODEBOOK -> with(read, type, read.quantizer());
      case LEFT_TO_LANCE -> with(read, type, new Quantizer.BuiltByLance());
    };
  }

  private static IvfModel with(IvfModel model, IndexType type, Quantizer quantizer) {
    return new IvfModel(type, model.metric(), model.dimension(), model.centroids(), quantizer);
  }
}
