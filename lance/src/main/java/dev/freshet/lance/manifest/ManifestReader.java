package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.lance.FragmentMetadata;
import org.lance.fragment.DataFile;
import org.lance.index.Index;

/** Reads what a manifest says of fragments and of one index, from the manifest alone. */
public final class ManifestReader {

  private ManifestReader() {}

  /**
   * The snapshot that is open, seen from the index of that name.
   *
   * @throws DatasetException if a segment of the index does not say which fragments it covers
   */
  public static ManifestVersion read(DatasetHandle handle, String indexName) {
    Instant committedAt = handle.dataset().getVersion().getDataTime().toInstant();
    return new ManifestVersion(
        handle.version(), committedAt, fragments(handle), index(handle, indexName));
  }

  /** Ids of the version's fragments. */
  public static Coverage live(DatasetHandle handle) {
    return Coverage.of(handle.fragments().stream().mapToInt(FragmentMetadata::getId));
  }

  /** The fragments of the version, detached or not, in Lance's order. */
  public static List<Fragment> fragments(DatasetHandle handle) {
    return handle.fragments().stream().map(one -> fragment(handle, one)).toList();
  }

  private static LogicalIndex index(DatasetHandle handle, String name) {
    return new LogicalIndex(
        name,
        segments(handle, name).stream()
            .map(segment -> new CommittedSegment(segment.uuid(), coverage(handle, segment)))
            .toList());
  }

  /** The segments of the index as Lance describes them. */
  public static List<Index> segments(DatasetHandle handle, String name) {
    return handle.indexes().stream().filter(index -> index.name().equals(name)).toList();
  }

  private static Coverage coverage(DatasetHandle handle, Index segment) {
    if (segment.baseId().isPresent()) {
      throw new DatasetException(
          "Index '"
              + segment.name()
              + "' of "
              + handle.location()
              + " lies in the dataset that this is a branch or a clone of: drop it here and let it"
              + " be built anew, or give another index name");
    }
    return Coverage.of(
        segment
            .fragments()
            .orElseThrow(
                () ->
                    new DatasetException(
                        "Index '"
                            + segment.name()
                            + "' of "
                            + handle.location()
                            + " does not say which fragments it covers: it is too old, drop it and"
                            + " let it be built anew")));
  }

  private static Fragment fragment(DatasetHandle handle, FragmentMetadata metadata) {
    return new Fragment(
        metadata.getId(),
        metadata.getPhysicalRows(),
        deletedRows(handle, metadata),
        fingerprint(metadata));
  }

  /**
   * Of the names of the data files; they are unique, so it changes with any overwrite, also that of
   * another column, which then costs an unpublished shard and nothing else.
   */
  private static long fingerprint(FragmentMetadata metadata) {
    long hash = 1;
    for (DataFile file : metadata.getFiles()) {
      for (int i = 0; i < file.getPath().length(); i++) {
        hash = 31 * hash + file.getPath().charAt(i);
      }
    }
    return hash;
  }

  /** Whether the columns of a fragment lie in several data files. */
  public static boolean isDivided(DatasetHandle handle, int fragment) {
    return handle.dataset().getFragment(fragment).metadata().getFiles().size() > 1;
  }

  /** Whether a fragment has deleted rows. */
  public static boolean deletes(FragmentMetadata fragment) {
    return fragment.getDeletionFile() != null;
  }

  /** Old deletion files do not say how many rows they name; then the rows are counted. */
  private static long deletedRows(DatasetHandle handle, FragmentMetadata metadata) {
    return Optional.ofNullable(metadata.getDeletionFile())
        .map(
            file ->
                Optional.ofNullable(file.getNumDeletedRows())
                    .orElseGet(
                        () ->
                            metadata.getPhysicalRows()
                                - handle.dataset().getFragment(metadata.getId()).countRows()))
        .orElse(0L);
  }
}
