package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.IndexCatalog;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import java.util.List;
import java.util.Optional;
import org.lance.index.Index;

/**
 * Vector indexes of others that a compaction costs answers, without an error.
 *
 * <p>Lance's remap of IVF_RQ is wrong. With stable row ids nothing is remapped, but the deletion
 * files go that kept the entries of deleted rows out of the answers. The owner of an index can see
 * to that before a compaction; nobody else can.
 */
final class FragileIndexes {

  /** Versions of entries from which on a remap damages them: those of all other types are lower. */
  private static final int DAMAGED_BY_REMAP = IndexType.IVF_RQ.indexVersion();

  private FragileIndexes() {}

  /**
   * Name of an index that a rewrite of these fragments would harm; empty if there is none.
   *
   * @param own name of the index whose owner asks
   */
  static Optional<String> harmedBy(DatasetHandle handle, String own, Coverage fragments) {
    List<Index> others =
        handle.indexes().stream()
            .filter(index -> !index.name().equals(own) && IndexCatalog.isOverVectors(index))
            .filter(index -> handle.stableRowIds() || index.indexVersion() >= DAMAGED_BY_REMAP)
            .filter(index -> covers(index, fragments))
            .toList();
    boolean harmless = others.isEmpty() || handle.stableRowIds() && !loseMasks(handle, fragments);
    return harmless ? Optional.empty() : Optional.of(others.get(0).name());
  }

  /** One that does not say what it covers may cover everything. */
  private static boolean covers(Index index, Coverage fragments) {
    return index
        .fragments()
        .map(covered -> Coverage.of(covered).intersects(fragments))
        .orElse(true);
  }

  private static boolean loseMasks(DatasetHandle handle, Coverage fragments) {
    return ManifestReader.fragments(handle).stream()
        .anyMatch(one -> one.deletedRows() > 0 && fragments.contains(one.id()));
  }
}
