package dev.freshet.lance.verify;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.read.LiveRows;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.EntryState;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ScalarType;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.IndexedRows;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.roaringbitmap.longlong.Roaring64Bitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What segments hold, whatever they cover: Lance searches every entry of a segment, also those of
 * fragments that were taken off its coverage, and of rows that have moved under a stable row id.
 *
 * <p>Keeps of each segment what tells most at once: the fragments of its entries, or with stable
 * row ids the highest. Memory while a segment is read: 2 bytes a row at most. Not thread-safe.
 */
public final class SegmentEntries {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentEntries.class);

  /**
   * Of a segment: its highest row id, and, if row ids are addresses, the fragments of its entries
   * and whether one comes twice.
   */
  private record Extent(Coverage fragments, boolean repeats, long highest) {}

  private final IndexStorage storage;
  private final IndexKind type;
  private final Map<UUID, Extent> extents = new HashMap<>();

  public SegmentEntries(IndexStorage storage, IndexKind type) {
    this.storage = storage;
    this.type = type;
  }

  /**
   * The segments that hold entries of rows that are live in the fragments; those that cannot be
   * read are left to whoever verifies them.
   *
   * @param dataset the version of the manifest
   * @param segments none of which covers one of the fragments
   */
  public List<CommittedSegment> holding(
      DatasetHandle dataset, List<CommittedSegment> segments, Coverage fragments)
      throws IOException {
    boolean stable = dataset.stableRowIds();
    Roaring64Bitmap ids = stable ? LiveRows.ids(dataset, fragments) : new Roaring64Bitmap();
    List<CommittedSegment> holding = new ArrayList<>();
    for (CommittedSegment segment : segments) {
      try {
        boolean holds =
            stable
                ? !ids.isEmpty()
                    && extent(segment.uuid(), true).highest() >= ids.first()
                    && !shared(segment.uuid(), ids).isEmpty()
                : extent(segment.uuid(), false).fragments().intersects(fragments);
        if (holds) {
          holding.add(segment);
        }
      } catch (CorruptSegmentException | FileNotFoundException e) {
        LOG.error("Segment {} cannot be read, nor tell what it holds", segment.uuid(), e);
      }
    }
    return holding;
  }

  /**
   * Whether a segment has entries that no mask of Lance keeps from being answers.
   *
   * @param dataset the version of the manifest
   */
  public EntryState state(DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    if (!dataset.stableRowIds()) {
      Extent extent = extent(segment.uuid(), false);
      boolean inside = segment.coverage().containsAll(extent.fragments());
      return extent.repeats() ? EntryState.AMBIGUOUS : inside ? EntryState.SOUND : EntryState.WORN;
    }
    Roaring64Bitmap entries = new Roaring64Bitmap();
    if (addAll(segment.uuid(), entries)) {
      return EntryState.AMBIGUOUS;
    }
    Coverage live = segment.coverage().intersect(manifest.live());
    entries.andNot(LiveRows.ids(dataset, live));
    if (entries.isEmpty()) {
      return EntryState.SOUND;
    }
    if (!isMasked(manifest, segment.coverage())) {
      return EntryState.WORN;
    }
    entries.and(LiveRows.ids(dataset, manifest.covered().minus(live)));
    return entries.isEmpty() ? EntryState.SOUND : EntryState.WORN;
  }

  /**
   * Whether a segment, published or not, has entries of rows that are not live in the fragments.
   */
  public boolean hasDead(DatasetHandle dataset, UUID segment, Coverage fragments)
      throws IOException {
    if (!dataset.stableRowIds()) {
      return !fragments.containsAll(extent(segment, false).fragments());
    }
    Roaring64Bitmap entries = new Roaring64Bitmap();
    addAll(segment, entries);
    entries.andNot(LiveRows.ids(dataset, fragments));
    return !entries.isEmpty();
  }

  /** Forgets the segments that are committed no more. */
  public void retain(List<CommittedSegment> committed) {
    extents
        .keySet()
        .retainAll(committed.stream().map(CommittedSegment::uuid).collect(Collectors.toSet()));
  }

  /** Lance masks the rows that are live nowhere if a fragment has deletions or is gone. */
  private static boolean isMasked(ManifestVersion manifest, Coverage coverage) {
    return !manifest.live().containsAll(coverage)
        || manifest.fragments().stream()
            .anyMatch(fragment -> fragment.deletedRows() > 0 && coverage.contains(fragment.id()));
  }

  private IndexedRows open(UUID segment) throws IOException {
    return IndexedRows.open(storage, segment, type);
  }

  private Extent extent(UUID segment, boolean stable) throws IOException {
    Extent known = extents.get(segment);
    if (known == null) {
      BitSet fragments = new BitSet();
      Roaring64Bitmap addresses = new Roaring64Bitmap();
      long[] highest = {-1};
      long[] entries = {0};
      open(segment)
          .rowIds(
              row -> {
                entries[0]++;
                highest[0] = Math.max(highest[0], row);
                if (!stable) {
                  fragments.set((int) (row >>> Integer.SIZE));
                  addresses.addLong(row);
                }
              });
      boolean repeats = !stable && repeats(addresses, entries[0]);
      known = new Extent(Coverage.of(fragments.stream()), repeats, highest[0]);
      extents.put(segment, known);
    }
    return known;
  }

  private Roaring64Bitmap shared(UUID segment, Roaring64Bitmap ids) throws IOException {
    Roaring64Bitmap shared = new Roaring64Bitmap();
    open(segment)
        .rowIds(
            row -> {
              if (ids.contains(row)) {
                shared.addLong(row);
              }
            });
    return shared;
  }

  /** Adds all row ids of a segment; whether one came twice. */
  private boolean addAll(UUID segment, Roaring64Bitmap to) throws IOException {
    long[] entries = {0};
    open(segment)
        .rowIds(
            row -> {
              entries[0]++;
              to.addLong(row);
            });
    return repeats(to, entries[0]);
  }

  private boolean repeats(Roaring64Bitmap rows, long entries) {
    boolean one = !(type instanceof ScalarType scalar) || scalar.hasEntryPerRow();
    return one && rows.getLongCardinality() < entries;
  }
}
