package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.MissingDatasetException;
import dev.freshet.lance.manifest.ManifestFile;
import dev.freshet.lance.manifest.StoredIndex;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.lance.index.Index;

/**
 * Refuses commits by which this Lance would harm what is not Freshet's.
 *
 * <p>Lance leaves an index of a type that it knows out of what it reads if the index's version is
 * newer than it, and does not write it back: any commit of any kind removes it from the table. So
 * the manifest's file is compared with what Lance shows of it.
 */
public final class CommitGuard {

  /** Features of Lance 7.0.0: deletions, stable row ids, v2, config, base paths, transactions. */
  private static final long KNOWN_FEATURES = 0x3F;

  private CommitGuard() {}

  /**
   * Checks that a commit after the handle's version keeps all indexes of that version.
   *
   * @param files the files of the same dataset
   * @throws UnkeepableIndexException naming an index, the reason and a way out
   */
  public static void check(DatasetHandle handle, DatasetFiles files) {
    refusal(handle, files)
        .ifPresent(
            reason -> {
              throw new UnkeepableIndexException(reason);
            });
  }

  /** Why nothing may be committed after the handle's version, in one line; empty if it may. */
  public static Optional<String> refusal(DatasetHandle handle, DatasetFiles files) {
    ManifestFile manifest = ManifestFile.of(handle.location(), files, handle.version());
    if ((manifest.writerFlags() & ~KNOWN_FEATURES) != 0) {
      return Optional.of(
          handle.location()
              + " needs features of a writer that Lance 7.0.0 does not have (flags "
              + Long.toBinaryString(manifest.writerFlags())
              + "): it is left as it is, index it with the Lance that wrote it");
    }
    Set<UUID> shown = handle.indexes().stream().map(Index::uuid).collect(Collectors.toSet());
    return manifest.indexes().stream()
        .filter(index -> !shown.contains(index.uuid()) || index.hasUnknownFields())
        .findFirst()
        .map(
            index ->
                "Index "
                    + index
                    + " of "
                    + handle.location()
                    + " is newer than Lance 7.0.0, which would remove or change it with any commit:"
                    + " nothing is committed; drop that index or build it for an older Lance"
                    + " (a full-text index with a block size of 128) to have this table indexed");
  }

  /**
   * Whether a commit that overtook no guard has kept what the version before it had.
   *
   * @param removed indexes that the commit was to remove
   * @throws UnkeepableIndexException naming what it lost, and the version that has it
   */
  static void requireKept(
      DatasetLocation location, DatasetFiles files, long committed, Set<UUID> removed) {
    ManifestFile before;
    try {
      before = ManifestFile.of(location, files, committed - 1);
    } catch (MissingDatasetException e) {
      return; // cleaned up at once: nobody can tell any more
    }
    Set<UUID> kept = new HashSet<>(removed);
    Set<String> names = new HashSet<>(); // a remap gives segments other uuids
    for (StoredIndex index : ManifestFile.of(location, files, committed).indexes()) {
      kept.add(index.uuid());
      names.add(index.name());
    }
    List<StoredIndex> lost =
        before.indexes().stream()
            .filter(index -> !kept.contains(index.uuid()) && !names.contains(index.name()))
            .toList();
    if (!lost.isEmpty()) {
      throw new UnkeepableIndexException(
          "Index "
              + lost.get(0)
              + " of "
              + location
              + " came while version "
              + committed
              + " was committed by Lance 7.0.0, which does not keep it: restore version "
              + (committed - 1)
              + " with the Lance that made the index");
    }
  }
}
