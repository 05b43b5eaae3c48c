package dev.freshet.operators.garbage;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetFiles.Entry;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.manifest.StoredTransaction;
import dev.freshet.operators.storage.OwnFiles;
import dev.freshet.state.garbage.GarbageKind;
import dev.freshet.state.garbage.StoredObject;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What there is in a dataset that could be garbage; anything whose name does not say that it is one
 * of these kinds is not looked at. Branches keep theirs under {@code tree/} and are left alone.
 */
final class StoredObjects {

  private static final Pattern SEGMENT =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern DELETION_FILE = Pattern.compile("(\\d+-\\d+-\\d+)\\.(?:arrow|bin)");
  private static final Pattern DATA_FILE = Pattern.compile("[0-9a-zA-Z-]+\\.lance");

  private final DatasetFiles files;
  private final List<StoredObject> found = new ArrayList<>();

  private StoredObjects(DatasetFiles files) {
    this.files = files;
  }

  static List<StoredObject> list(DatasetFiles files) throws IOException {
    StoredObjects objects = new StoredObjects(files);
    objects.addSegments();
    objects.addClones();
    objects.addFiles();
    return objects.found;
  }

  private void addSegments() throws IOException {
    for (Entry directory : files.list("_indices")) {
      if (directory.directory() && SEGMENT.matcher(directory.name()).matches()) {
        add(GarbageKind.SEGMENT, directory, files.list(directory.path()));
      }
    }
  }

  /** One without any file may be about to get some. */
  private void addClones() throws IOException {
    for (Entry directory : files.list(OwnFiles.CLONES)) {
      if (directory.directory() && SEGMENT.matcher(directory.name()).matches()) {
        List<Entry> content = new ArrayList<>(files.list(directory.path() + "/_versions"));
        content.addAll(files.list(directory.path() + "/_transactions"));
        if (!content.isEmpty()) {
          add(GarbageKind.CLONE, directory, content);
        }
      }
    }
  }

  /** A directory, as young as the youngest file of its content. */
  private void add(GarbageKind kind, Entry directory, List<Entry> content) {
    Instant modified =
        content.stream().map(Entry::modified).max(Instant::compareTo).orElse(directory.modified());
    long bytes = content.stream().mapToLong(Entry::bytes).sum();
    add(kind, directory, directory.name(), bytes, modified);
  }

  private void addFiles() throws IOException {
    for (Entry file : files.list("_versions")) {
      if (DetachedVersion.number(file.name()).isPresent()) {
        add(GarbageKind.DETACHED_MANIFEST, file, file.name());
      }
    }
    for (Entry file : files.list("_transactions")) {
      StoredTransaction.uuid(file.name())
          .ifPresent(uuid -> add(GarbageKind.TRANSACTION, file, uuid));
    }
    for (Entry file : files.list("data")) {
      if (!file.directory() && DATA_FILE.matcher(file.name()).matches()) {
        add(GarbageKind.DATA_FILE, file, file.name());
      }
    }
    for (Entry file : files.list("_deletions")) {
      Matcher name = DELETION_FILE.matcher(file.name());
      if (!file.directory() && name.matches()) {
        add(GarbageKind.DELETION_FILE, file, name.group(1));
      }
    }
  }

  private void add(GarbageKind kind, Entry file, String name) {
    add(kind, file, name, file.bytes(), file.modified());
  }

  private void add(GarbageKind kind, Entry entry, String name, long bytes, Instant modified) {
    found.add(new StoredObject(kind, entry.path(), name, bytes, modified));
  }
}
