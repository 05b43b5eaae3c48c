package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.lance.dataset.ManifestBytes;
import dev.freshet.lance.dataset.ParallelReads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lance.Branch;
import org.lance.Dataset;
import org.lance.Ref;

/**
 * Names that versions of a dataset hold: every one that counts, tagged ones among them, of the main
 * line and of each branch.
 *
 * <p>A name is the random one of a file: the uuid of a segment or of a transaction, the file name
 * of a data file, that of a deletion file without its ending. So those of a branch need not be told
 * from those of the main line.
 *
 * <p>Manifests are read from their files, each once: Lance leaves out the indexes of a newer
 * version than it reads, and takes far longer. What Lance says of the latest version must be among
 * what the files say, else nothing is known. Of branches only Lance finds those that another
 * dataset keeps, so it reads every version of a branch whose files are not here.
 */
public final class ReferencedNames {

  /** The directory of a dataset under which its branches are datasets of their own. */
  private static final String BRANCHES = "tree";

  private final DatasetHandle handle;
  private final DatasetFiles files;
  private final Set<Long> ignored;
  private final List<DatasetFiles.Entry> manifests = new ArrayList<>();
  private final List<Long> detached = new ArrayList<>();
  private final Set<String> branches = new HashSet<>();

  private ReferencedNames(DatasetHandle handle, DatasetFiles files, Set<Long> ignored) {
    this.handle = handle;
    this.files = files;
    this.ignored = ignored;
  }

  /**
   * All names.
   *
   * @param files the files of the same dataset
   * @param ignored versions that do not count, of the main line or detached ones
   * @throws DatasetException if a version cannot be read: then nothing is known
   */
  public static Set<String> of(DatasetHandle handle, DatasetFiles files, Set<Long> ignored) {
    try {
      return new ReferencedNames(handle, files, ignored).read();
    } catch (IOException | RuntimeException e) {
      throw new DatasetException(
          "Cannot read every version of "
              + handle.location()
              + ", so nothing is known to be garbage: "
              + LanceErrors.oneLine(e),
          e);
    }
  }

  private Set<String> read() throws IOException {
    listMainLine();
    listBranches(BRANCHES);
    ManifestNames stored = new ManifestNames();
    ParallelReads.read(files, manifests, stored::reader);
    check(stored.names());
    Set<String> names = new HashSet<>(stored.names());
    names.addAll(ofBranches(stored.names()));
    detached.forEach(
        version ->
            DetachedVersion.read(handle, version, past -> names.addAll(NamesByLance.of(past))));
    return names;
  }

  private void listMainLine() throws IOException {
    for (DatasetFiles.Entry entry : files.list(ManifestBytes.DIRECTORY)) {
      Optional<Long> beside = DetachedVersion.number(entry.name());
      boolean counts =
          beside.or(() -> StoredVersions.number(entry.name())).filter(ignored::contains).isEmpty();
      if (counts) {
        beside.ifPresent(detached::add);
        addManifest(entry);
      }
    }
  }

  /** A branch is a directory with versions, at any depth, as its name may hold slashes. */
  private void listBranches(String directory) throws IOException {
    for (DatasetFiles.Entry entry : files.list(directory)) {
      if (entry.name().equals(ManifestBytes.DIRECTORY)) {
        branches.add(directory);
        files.list(entry.path()).stream()
            .filter(manifest -> DetachedVersion.number(manifest.name()).isEmpty())
            .forEach(this::addManifest);
      } else if (entry.directory()) {
        listBranches(entry.path());
      }
    }
  }

  private void addManifest(DatasetFiles.Entry file) {
    if (file.name().endsWith(".manifest")) {
      manifests.add(file);
    }
  }

  /** What is read from the files is not believed if it lacks something that is surely there. */
  private void check(Set<String> stored) {
    for (String name : NamesByLance.of(handle.dataset())) {
      if (!stored.contains(name)) {
        throw new DatasetException(
            "version " + handle.version() + " names " + name + ", which is in no manifest's file");
      }
    }
  }

  /** What Lance says of the branches: the latest version is enough where the files are known. */
  private Set<String> ofBranches(Set<String> stored) {
    Set<String> names = new HashSet<>();
    for (Branch branch : handle.dataset().branches().list()) {
      try (Dataset line = handle.dataset().checkout(Ref.ofBranch(branch.getName()))) {
        Set<String> latest = NamesByLance.of(line);
        names.addAll(latest);
        if (!branches.contains(BRANCHES + "/" + branch.getName()) || !stored.containsAll(latest)) {
          names.addAll(NamesByLance.ofAllVersions(line));
        }
      }
    }
    return names;
  }
}
