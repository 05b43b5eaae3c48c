package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.ManifestBytes;
import dev.freshet.lance.dataset.ParallelReads;
import dev.freshet.vector.format.ProtoReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gathers the names in the files of manifests: uuids of segments and of transactions, file names of
 * data files, and those of deletion files without their endings.
 *
 * <p>One version differs from another in a few messages, so only those are parsed that differ from
 * what was read before. Memory: the names, and the messages. Thread-safe.
 */
final class ManifestNames {

  private static final int FRAGMENT = 2;

  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final KnownMessages fragments = new KnownMessages(this::addFragment);
  private final KnownMessages indexes = new KnownMessages(this::addIndex);

  /** All names so far. */
  Set<String> names() {
    return names;
  }

  /** A reader for one thread, which reads manifests that follow each other fastest. */
  ParallelReads.Content reader() {
    SharedBeginning beginning = new SharedBeginning();
    return (file, bytes) -> add(new ManifestBytes(bytes), beginning);
  }

  /** Skips what the manifest before had too; not behind the fragments, as indexes lie elsewhere. */
  private void add(ManifestBytes file, SharedBeginning beginning) throws IOException {
    ByteBuffer message = file.manifest().rest();
    int size = message.remaining();
    int skipped = beginning.next(message);
    ProtoReader manifest = new ProtoReader(message.slice(skipped, size - skipped));
    boolean first = true;
    while (manifest.next()) {
      first &= manifest.field() <= FRAGMENT;
      if (first) {
        beginning.add(size - manifest.left());
      }
      switch (manifest.field()) {
        case FRAGMENT -> fragments.see(manifest.payload());
        case 6 -> addIndexes(file.message(manifest.number()));
        case 12 -> StoredTransaction.uuid(manifest.string()).ifPresent(names::add);
        default -> {} // names nothing
      }
    }
  }

  private void addIndexes(ProtoReader section) throws IOException {
    while (section.next()) {
      if (section.field() == 1) {
        indexes.see(section.payload());
      }
    }
  }

  private void addIndex(ProtoReader index) throws IOException {
    names.add(StoredIndex.parse(index).uuid().toString());
  }

  /**
   * Of a {@code DataFragment}: field 1 is its id, 2 a {@code DataFile}, whose field 1 is its name,
   * and 3 its {@code DeletionFile}.
   */
  private void addFragment(ProtoReader fragment) throws IOException {
    long id = 0;
    Optional<ProtoReader> deletionFile = Optional.empty();
    while (fragment.next()) {
      switch (fragment.field()) {
        case 1 -> id = fragment.number();
        case 2 -> addDataFile(fragment.message());
        case 3 -> deletionFile = Optional.of(fragment.message());
        default -> {} // names nothing
      }
    }
    if (deletionFile.isPresent()) {
      addDeletionFile(id, deletionFile.get());
    }
  }

  private void addDataFile(ProtoReader file) throws IOException {
    while (file.next()) {
      if (file.field() == 1) {
        names.add(file.string());
      }
    }
  }

  private void addDeletionFile(long fragment, ProtoReader file) throws IOException {
    long readVersion = 0;
    long id = 0;
    while (file.next()) {
      switch (file.field()) {
        case 2 -> readVersion = file.number();
        case 3 -> id = file.number();
        default -> {} // its kind, and how many rows it names
      }
    }
    names.add(deletionFile(fragment, readVersion, id));
  }

  /** Name of a deletion file, without its ending. */
  static String deletionFile(long fragment, long readVersion, long id) {
    return fragment + "-" + readVersion + "-" + Long.toUnsignedString(id);
  }
}
