package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.manifest.StoredIndex;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.lance.index.Index;

/**
 * Vector indexes of others that a compaction costs answers, without an error.
 *
 * <p>Lance's remap of IVF_RQ is wrong. With stable row ids nothing is remapped, but the deletion
 * files go that kept the entries of deleted rows out of the answers. The owner of an index can see
 * to that before a compaction; nobody else can.
 */
public final class FragileIndexes {

  private static final String VECTOR = "VectorIndexDetails";

  /** Versions of entries from which on a remap damages them: those of all other types are lower. */
  private static final int DAMAGED_BY_REMAP = IndexType.IVF_RQ.traits().indexVersion();

  private FragileIndexes() {}

  /**
   * Name of an index that a rewrite of these fragments would harm; empty if there is none.
   *
   * @param own name of the index whose owner asks
   */
  public static Optional<String> harmedBy(DatasetHandle handle, String own, Coverage fragments) {
    boolean masks =
        ManifestReader.fragments(handle).stream()
            .anyMatch(one -> one.deletedRows() > 0 && fragments.contains(one.id()));
    return handle.dataset().getIndexes().stream()
        .filter(index -> !index.name().equals(own) && isOverVectors(index))
        .filter(index -> handle.stableRowIds() ? masks : index.indexVersion() >= DAMAGED_BY_REMAP)
        .filter(
            index -> index.fragments().map(Coverage::of).filter(fragments::intersects).isPresent())
        .map(Index::name)
        .findFirst();
  }

  private static boolean isOverVectors(Index index) {
    try {
      return StoredIndex.typeOf(index.indexDetails().orElse(new byte[0])).equals(VECTOR);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
