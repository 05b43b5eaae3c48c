package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.lance.manifest.ManifestFile;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.manifest.StoredTransaction;
import dev.freshet.state.model.Fragment;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells which fragments a version inserted, so that each row is seen once by who follows the
 * versions: what a compaction wrote again is none of them.
 */
public final class InsertedFragments {

  private InsertedFragments() {}

  /** The fragments of the version. */
  public static List<Fragment> all(DatasetHandle version) {
    return ManifestReader.fragments(version);
  }

  /**
   * The fragments that the version has and the one before it has not, unless its transaction only
   * rewrote rows. Those that an update or a merge wrote are among them: they hold the new rows.
   *
   * @param files the files of the same dataset
   * @param before ids of the fragments of the version before
   * @throws DatasetException if the version began the dataset anew
   */
  public static List<Fragment> of(DatasetHandle version, DatasetFiles files, Set<Integer> before) {
    return switch (transaction(version, files).operation()) {
      case OVERWRITE -> throw anew(version, "an Overwrite");
      case RESTORE -> throw anew(version, "a Restore");
      case REWRITE -> List.of();
      case OTHER ->
          all(version).stream().filter(fragment -> !before.contains(fragment.id())).toList();
    };
  }

  private static StoredTransaction transaction(DatasetHandle version, DatasetFiles files) {
    try {
      return ManifestFile.of(version.location(), files, version.version())
          .transaction(files)
          .orElseThrow(
              () ->
                  new DatasetException(
                      "Version "
                          + version.version()
                          + " of "
                          + version.location()
                          + " does not say what it did: start the stream anew"));
    } catch (IOException e) {
      throw LanceErrors.notOpened(version.location(), Optional.of(version.version()), e);
    }
  }

  private static DatasetException anew(DatasetHandle version, String operation) {
    return new DatasetException(
        "Version "
            + version.version()
            + " of "
            + version.location()
            + " is "
            + operation
            + ", behind which a stream of inserts cannot go on: start it anew");
  }
}
