package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexSpec;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Ref;
import org.lance.Transaction;
import org.lance.index.Index;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.scalar.BTreeIndexParams;
import org.lance.index.scalar.BitmapIndexParams;
import org.lance.index.scalar.LabelListIndexParams;
import org.lance.index.scalar.ScalarIndexParams;
import org.lance.operation.Delete;

/**
 * Lets Lance build one uncommitted segment over the values of whole fragments.
 *
 * <p>Lance reads the column itself and writes {@code _indices/<uuid>/}; the manifest does not
 * change.
 */
public final class ScalarSegmentBuilder {

  private static final String INVERTED = "inverted";

  private final DatasetHandle handle;
  private final IndexSpec.Scalar index;
  private final ScalarIndexParams parameters;

  private ScalarSegmentBuilder(
      DatasetHandle handle, IndexSpec.Scalar index, ScalarIndexParams parameters) {
    this.handle = handle;
    this.index = index;
    this.parameters = parameters;
  }

  /**
   * A builder of segments of values.
   *
   * @param handle the version to read
   */
  public static ScalarSegmentBuilder ofValues(DatasetHandle handle, IndexSpec.Scalar index) {
    return new ScalarSegmentBuilder(handle, index, parameters(index));
  }

  /**
   * A builder of segments of words.
   *
   * @param handle the version to read
   * @param parameters {@link TextParameters}
   * @throws DatasetException if the environment of this process does not allow it
   */
  public static ScalarSegmentBuilder ofWords(
      DatasetHandle handle, IndexSpec.Scalar index, String parameters) {
    TextParameters.requireFormat();
    return new ScalarSegmentBuilder(handle, index, ScalarIndexParams.create(INVERTED, parameters));
  }

  /**
   * Builds the segment; takes as long as sorting the values does.
   *
   * @param uuid of the segment to be, never used before
   * @param fragments of the version that is open
   * @return what to publish
   */
  public SegmentRegistration build(UUID uuid, Coverage fragments) {
    Index built =
        handle.dataset().createIndex(options(uuid).withFragmentIds(fragments.toList()).build());
    // Lance names the files of a part; this gives them the names of a whole index.
    handle.dataset().mergeIndexMetadata(uuid.toString(), type(), Optional.empty());
    return registration(built, fragments);
  }

  /**
   * Builds the segment in a shallow clone that has no other fragments, as Lance builds some types
   * over whole datasets only. The files are in the clone's {@code _indices/<uuid>/} then.
   *
   * @param fragments of the version that is open; with none the segment covers nothing
   * @param uri of the clone to be, where nothing is yet; it holds manifests and the segment only,
   *     and is left to the caller
   */
  public SegmentRegistration buildInClone(UUID uuid, Coverage fragments, String uri) {
    try (Dataset clone =
            handle
                .dataset()
                .shallowClone(
                    uri, Ref.ofMain(handle.version()), handle.location().storageOptions());
        Dataset lone = only(clone, fragments)) {
      Index built = lone.createIndex(options(uuid).build());
      if (index.type().isOverWords()) {
        requireAlike(lone);
      }
      return registration(built, fragments);
    }
  }

  private void requireAlike(Dataset lone) {
    Optional<String> wanted = TextParameters.ofSegments(handle, index.name());
    Optional<String> made = TextParameters.described(lone, index.name());
    if (wanted.isPresent() && !wanted.equals(made)) {
      throw new DatasetException(
          "Lance took texts apart by "
              + made.orElse("nothing")
              + " for a segment of index '"
              + index.name()
              + "', whose others are by "
              + wanted.get());
    }
  }

  private Dataset only(Dataset clone, Coverage fragments) {
    List<Long> others =
        ManifestReader.fragments(handle).stream()
            .map(Fragment::id)
            .filter(id -> !fragments.contains(id))
            .map(Integer::longValue)
            .toList();
    Delete rest =
        Delete.builder()
            .updatedFragments(List.of())
            .deletedFragmentIds(others)
            .predicate("true")
            .build();
    try (Transaction transaction =
        new Transaction.Builder().readVersion(clone.version()).operation(rest).build()) {
      return new CommitBuilder(clone).execute(transaction);
    }
  }

  private IndexOptions.Builder options(UUID uuid) {
    IndexParams params = IndexParams.builder().setScalarIndexParams(parameters).build();
    return IndexOptions.builder(List.of(index.column()), type(), params)
        .withIndexName(index.name())
        .replace(true) // without it Lance refuses once the index has a segment
        .withIndexUUID(uuid.toString());
  }

  private IndexType type() {
    return IndexType.valueOf(index.type().name());
  }

  private static ScalarIndexParams parameters(IndexSpec.Scalar index) {
    return switch (index.type()) {
      case BTREE -> BTreeIndexParams.builder().build();
      case BITMAP -> BitmapIndexParams.builder().shardId(0).build();
      case LABEL_LIST -> LabelListIndexParams.builder().build();
      case INVERTED -> throw new IllegalArgumentException("Words need parameters");
    };
  }

  private SegmentRegistration registration(Index built, Coverage fragments) {
    byte[] details =
        built
            .indexDetails()
            .orElseThrow(() -> new IllegalStateException("Lance did not describe " + built.uuid()));
    return new SegmentRegistration(
        built.uuid(), index.name(), handle.field(index.column()), fragments, index.type(), details);
  }
}
