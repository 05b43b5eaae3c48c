package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.lance.dataset.ManifestBytes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lance.Branch;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.Ref;
import org.lance.Version;
import org.lance.fragment.DataFile;
import org.lance.index.Index;

/**
 * Names that versions of a dataset hold: every one that counts, tagged ones among them, of the main
 * line and of each branch.
 *
 * <p>A name is the random one of a file: the uuid of a segment or of a transaction, the file name
 * of a data file, that of a deletion file without its ending. So those of a branch need not be told
 * from those of the main line. Memory: the names, and a manifest.
 *
 * <p>Manifests are read from their files: Lance leaves out the indexes of a newer version than it
 * reads, and takes ten times as long. What Lance says of the latest version must be among what the
 * files say, else nothing is known. Branches are read by Lance, too, as only Lance finds those that
 * another dataset keeps.
 */
public final class ReferencedNames {

  /** The directory of a dataset under which its branches are datasets of their own. */
  private static final String BRANCHES = "tree";

  private final Set<String> names = new HashSet<>();

  private ReferencedNames() {}

  /**
   * All names.
   *
   * @param files the files of the same dataset
   * @param detached numbers of versions beside the main line that count too, unless they are gone
   * @param retired versions of the main line that do not count
   * @throws DatasetException if a version cannot be read: then nothing is known
   */
  public static Set<String> of(
      DatasetHandle handle, DatasetFiles files, Collection<Long> detached, Set<Long> retired) {
    try {
      Set<String> names = new HashSet<>();
      addStored(files, ManifestBytes.DIRECTORY, detached, retired, names);
      check(handle, names);
      addBranches(files, BRANCHES, names);
      names.addAll(byLance(handle, detached));
      return names;
    } catch (IOException | RuntimeException e) {
      throw new DatasetException(
          "Cannot read every version of "
              + handle.location()
              + ", so nothing is known to be garbage: "
              + LanceErrors.oneLine(e),
          e);
    }
  }

  /** What is read from the files is not believed if it lacks something that is surely there. */
  private static void check(DatasetHandle handle, Set<String> names) {
    ReferencedNames latest = new ReferencedNames();
    latest.add(handle.dataset());
    latest.names.removeAll(names);
    if (!latest.names.isEmpty()) {
      throw new DatasetException(
          "version "
              + handle.version()
              + " names "
              + latest.names.iterator().next()
              + ", which is in no manifest's file");
    }
  }

  private static Set<String> byLance(DatasetHandle handle, Collection<Long> detached) {
    ReferencedNames files = new ReferencedNames();
    for (Branch branch : handle.dataset().branches().list()) {
      try (Dataset line = handle.dataset().checkout(Ref.ofBranch(branch.getName()))) {
        files.addAll(line);
      }
    }
    detached.forEach(version -> DetachedVersion.read(handle, version, files::add));
    return files.names;
  }

  /** What the files of manifests name; a detached one counts only if it is asked for. */
  private static void addStored(
      DatasetFiles files,
      String directory,
      Collection<Long> detached,
      Set<Long> retired,
      Set<String> names)
      throws IOException {
    for (DatasetFiles.Entry entry : files.list(directory)) {
      boolean counts =
          DetachedVersion.number(entry.name()).map(detached::contains).orElse(true)
              && entry.name().endsWith(".manifest")
              && StoredVersions.number(entry.name()).filter(retired::contains).isEmpty();
      if (counts) {
        try {
          ManifestFile manifest = ManifestFile.parse(files.read(entry.path()));
          manifest.indexes().forEach(index -> names.add(index.uuid().toString()));
          names.addAll(manifest.dataFiles());
          names.addAll(manifest.deletionFiles());
        } catch (FileNotFoundException e) {
          continue; // cleaned up meanwhile
        }
      }
    }
  }

  /** A branch is a directory with versions, at any depth, as its name may hold slashes. */
  private static void addBranches(DatasetFiles files, String directory, Set<String> names)
      throws IOException {
    for (DatasetFiles.Entry entry : files.list(directory)) {
      if (entry.name().equals(ManifestBytes.DIRECTORY)) {
        addStored(files, entry.path(), List.of(), Set.of(), names);
      } else if (entry.directory()) {
        addBranches(files, entry.path(), names);
      }
    }
  }

  /** Number of retained versions of the main line: what reading them costs. */
  public static int versions(DatasetHandle handle) {
    return handle.dataset().listVersions().size();
  }

  private void addAll(Dataset line) {
    for (Version version : line.listVersions()) {
      try (Dataset past = line.checkoutVersion(version.getId())) {
        add(past);
      } catch (RuntimeException e) {
        if (!LanceErrors.isNotFound(e)) { // else cleaned up meanwhile
          throw e;
        }
      }
    }
  }

  private void add(Dataset version) {
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
                  ManifestFile.deletionFile(
                      fragment.getId(), deletions.getReadVersion(), deletions.getId()))
          .ifPresent(names::add);
    }
  }
}
