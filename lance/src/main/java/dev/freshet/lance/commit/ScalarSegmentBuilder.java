package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.lance.index.Index;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.scalar.BTreeIndexParams;

/**
 * Lets Lance build one uncommitted segment over the values of whole fragments.
 *
 * <p>Lance reads the column itself and writes {@code _indices/<uuid>/}; the manifest does not
 * change.
 */
public final class ScalarSegmentBuilder {

  private ScalarSegmentBuilder() {}

  /**
   * Builds the segment; takes as long as sorting the values does.
   *
   * @param uuid of the segment to be, never used before
   * @param fragments of the version that is open
   * @return what to publish
   */
  public static SegmentRegistration build(
      DatasetHandle handle, IndexSpec.Scalar index, UUID uuid, Coverage fragments) {
    IndexType type = IndexType.valueOf(index.type().name());
    Index built =
        handle
            .dataset()
            .createIndex(
                IndexOptions.builder(List.of(index.column()), type, parameters(index))
                    .replace(true) // without it Lance refuses once the index has a segment
                    .withIndexName(index.name())
                    .withIndexUUID(uuid.toString())
                    .withFragmentIds(fragments.toList())
                    .build());
    // Lance names the files of a part; this gives them the names of a whole index.
    handle.dataset().mergeIndexMetadata(uuid.toString(), type, Optional.empty());
    byte[] details =
        built
            .indexDetails()
            .orElseThrow(() -> new IllegalStateException("Lance did not describe " + uuid));
    return new SegmentRegistration(
        uuid, index.name(), handle.field(index.column()), fragments, index.type(), details);
  }

  private static IndexParams parameters(IndexSpec.Scalar index) {
    return switch (index.type()) {
      case BTREE ->
          IndexParams.builder().setScalarIndexParams(BTreeIndexParams.builder().build()).build();
    };
  }
}
