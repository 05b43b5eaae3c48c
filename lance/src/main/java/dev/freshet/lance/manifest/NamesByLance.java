package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.LanceErrors;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.Version;
import org.lance.fragment.DataFile;
import org.lance.index.Index;

/** What versions name as Lance tells it, which opens each of them. */
final class NamesByLance {

  private NamesByLance() {}

  /** Names of segments, data files and deletion files of the open version. */
  static Set<String> of(Dataset version) {
    Set<String> names = new HashSet<>();
    for (Index index : version.getIndexes()) {
      names.add(index.uuid().toString());
    }
    for (Fragment fragment : version.getFragments()) {
      for (DataFile file : fragment.metadata().getFiles()) {
        names.add(file.getPath());
      }
      Optional.ofNullable(fragment.metadata().getDeletionFile())
          .map(
              deletions ->
                  ManifestNames.deletionFile(
                      fragment.getId(), deletions.getReadVersion(), deletions.getId()))
          .ifPresent(names::add);
    }
    return names;
  }

  /** The same of all versions of a line that are still there. */
  static Set<String> ofAllVersions(Dataset line) {
    Set<String> names = new HashSet<>();
    for (Version version : line.listVersions()) {
      try (Dataset past = line.checkoutVersion(version.getId())) {
        names.addAll(of(past));
      } catch (RuntimeException e) {
        if (!LanceErrors.isNotFound(e)) { // else cleaned up meanwhile
          throw e;
        }
      }
    }
    return names;
  }
}
