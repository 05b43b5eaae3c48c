package dev.freshet.sql.source;

import dev.freshet.lance.commit.InsertedFragments;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.FieldFiles;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.state.model.Fragment;
import java.util.ArrayList;
import java.util.List;

/** Finds what a scan has to read; on one thread, the enumerator's IO thread. */
final class InsertObserver implements AutoCloseable {

  /** Versions that one look goes through at most. */
  static final int MAX_VERSIONS = 64;

  /**
   * What a look found.
   *
   * @param from the version it began behind; 0 for a first snapshot
   * @param to the version it came to
   */
  record Found(long from, long to, List<FragmentSplit> splits) {
    Found {
      splits = List.copyOf(splits);
    }
  }

  private final ScanSettings settings;
  private final DatasetVersions versions;
  private final DatasetFiles files;

  InsertObserver(ScanSettings settings) {
    this.settings = settings;
    this.versions = new DatasetVersions(settings.location(), ArrowBudget.MANIFEST);
    this.files = StorageAccess.datasetFiles(settings.location(), RequestCounter.NONE);
  }

  /**
   * All fragments of the snapshot if nothing was found before, else those inserted or rewritten
   * since.
   */
  synchronized Found look(long from) {
    return from == 0 ? snapshot() : inserted(from);
  }

  private Found snapshot() {
    long version;
    try (DatasetHandle latest = versions.latest()) {
      version = settings.snapshot().resolve(latest);
    }
    return new Found(0, version, splits(version, InsertedFragments.all(versions.at(version))));
  }

  private Found inserted(long from) {
    long to = Math.min(from + MAX_VERSIONS, versions.at(from).latestVersion());
    List<FragmentSplit> splits = new ArrayList<>();
    FieldFiles before = FieldFiles.of(versions.at(from));
    for (long version = from + 1; version <= to; version++) {
      DatasetHandle opened = versions.at(version);
      splits.addAll(splits(version, InsertedFragments.of(opened, files, before.fragments())));
      FieldFiles now = FieldFiles.of(opened);
      splits.addAll(rewritten(version, before.rewrittenIn(now)));
      before = now;
    }
    return new Found(from, Math.max(from, to), splits);
  }

  private static List<FragmentSplit> rewritten(long version, List<Integer> fragments) {
    return fragments.stream()
        .map(fragment -> new FragmentSplit(version, fragment, 0, true))
        .toList();
  }

  private static List<FragmentSplit> splits(long version, List<Fragment> fragments) {
    return fragments.stream()
        .filter(fragment -> fragment.liveRows() > 0)
        .map(fragment -> new FragmentSplit(version, fragment.id(), 0))
        .toList();
  }

  @Override
  public synchronized void close() {
    versions.close();
  }
}
