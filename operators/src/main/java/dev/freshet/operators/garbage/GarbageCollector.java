package dev.freshet.operators.garbage;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetFiles.Entry;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ReferencedNames;
import dev.freshet.lance.manifest.StoredVersions;
import dev.freshet.state.garbage.GarbageKind;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.garbage.StoredObject;
import dev.freshet.state.garbage.VersionRetention;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.format.UnsupportedSegmentException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Finds what was left behind in a dataset, and removes it.
 *
 * <p>Of detached versions and transactions only Freshet's own: those whose transaction carries its
 * properties. If a version cannot be read, nothing is removed.
 */
public final class GarbageCollector {

  private final DatasetVersions versions;
  private final DatasetFiles files;
  private final IndexStorage storage;
  private final GarbagePolicy policy;
  private final Optional<VersionRetention> retention;
  private final Supplier<Set<Long>> needed;
  private final Transactions transactions;

  /**
   * @param retention says which old versions are garbage; none are without it
   */
  public GarbageCollector(
      DatasetVersions versions,
      DatasetFiles files,
      IndexStorage storage,
      GarbagePolicy policy,
      Optional<VersionRetention> retention) {
    this(versions, files, storage, policy, retention, Set::of);
  }

  /**
   * @param needed versions that stay in any case
   */
  GarbageCollector(
      DatasetVersions versions,
      DatasetFiles files,
      IndexStorage storage,
      GarbagePolicy policy,
      Optional<VersionRetention> retention,
      Supplier<Set<Long>> needed) {
    this.retention = retention;
    this.needed = needed;
    this.versions = versions;
    this.files = files;
    this.storage = storage;
    this.policy = policy;
    this.transactions = new Transactions(files);
  }

  /**
   * The garbage as of a time, old versions first, the oldest of them first; changes nothing.
   *
   * @throws dev.freshet.lance.dataset.DatasetException if a version cannot be read
   */
  public List<StoredObject> find(Instant now) throws IOException {
    List<StoredObject> stored = StoredObjects.list(files); // before the names are read
    List<StoredObject> candidates = new ArrayList<>();
    for (StoredObject object : stored) {
      if (isCandidate(object, now)) {
        candidates.add(object);
      }
    }
    SortedMap<Long, StoredObject> retired = retired(now);
    List<StoredObject> garbage = new ArrayList<>(retired.values());
    Set<String> named = named(candidates, retired.keySet());
    List<StoredObject> unnamed = policy.garbage(candidates, named, now, this::isModel);
    Set<StoredObject> ours =
        transactions.ours(
            unnamed.stream().filter(one -> one.kind() == GarbageKind.TRANSACTION).toList());
    unnamed.stream()
        .filter(one -> one.kind() != GarbageKind.TRANSACTION || ours.contains(one))
        .forEach(garbage::add);
    return garbage;
  }

  /** Old versions, by number. */
  private SortedMap<Long, StoredObject> retired(Instant now) throws IOException {
    SortedMap<Long, StoredObject> retired = new TreeMap<>();
    if (retention.isPresent()) {
      SortedMap<Long, Entry> stored = StoredVersions.list(files);
      SortedMap<Long, Instant> committed = new TreeMap<>();
      stored.forEach((version, file) -> committed.put(version, file.modified()));
      try (DatasetHandle dataset = versions.latest()) {
        Set<Long> held = StoredVersions.held(dataset);
        held.addAll(needed.get());
        for (long version : retention.get().removable(committed, held, now)) {
          Entry file = stored.get(version);
          retired.put(
              version,
              new StoredObject(
                  GarbageKind.OLD_VERSION,
                  file.path(),
                  file.name(),
                  file.bytes(),
                  file.modified()));
        }
      }
    }
    return retired;
  }

  /**
   * Removes the garbage as of the store's own time.
   *
   * @return what was removed
   */
  public List<StoredObject> collect() throws IOException {
    versions.latest().close(); // nothing is written where no dataset is
    List<StoredObject> garbage = find(files.now());
    for (StoredObject object : garbage) {
      switch (object.kind()) {
        case SEGMENT, CLONE -> files.deleteDirectory(object.path());
        case DETACHED_MANIFEST, TRANSACTION, DATA_FILE, DELETION_FILE, OLD_VERSION ->
            files.delete(object.path());
      }
    }
    return garbage;
  }

  /** Others leave detached versions too. Whose a transaction is matters once nothing names it. */
  private boolean isCandidate(StoredObject object, Instant now) throws IOException {
    return switch (object.kind()) {
      case OLD_VERSION -> false; // no kind that is listed
      case SEGMENT, DATA_FILE, DELETION_FILE, TRANSACTION, CLONE -> true;
      case DETACHED_MANIFEST -> policy.isOld(object, now) && transactions.madeByUs(object.path());
    };
  }

  /** What versions name, detached ones that are no garbage among them. */
  private Set<String> named(List<StoredObject> candidates, Set<Long> retired) {
    Set<Long> ignored = new HashSet<>(retired);
    candidates.stream()
        .filter(object -> object.kind() == GarbageKind.DETACHED_MANIFEST)
        .flatMap(manifest -> DetachedVersion.number(manifest.name()).stream())
        .forEach(ignored::add);
    try (DatasetHandle dataset = versions.latest()) {
      return ReferencedNames.of(dataset, files, ignored);
    }
  }

  private boolean isModel(StoredObject segment) {
    try {
      return SegmentReader.open(storage, UUID.fromString(segment.name())).rows() == 0;
    } catch (CorruptSegmentException | FileNotFoundException e) {
      return false; // one that was never completed
    } catch (UnsupportedSegmentException e) {
      return false; // of another writer
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
