package dev.freshet.job.report;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.LiveRowIds;
import dev.freshet.lance.read.ParallelScan;
import dev.freshet.lance.verify.SegmentRows;
import dev.freshet.lance.verify.SegmentScan;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.roaringbitmap.longlong.LongIterator;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Holds the entries of the segments against the live rows of the fragments they cover: each row
 * with a vector to encode has one entry, that of its present vector, and no other entry costs an
 * answer.
 *
 * <p>Memory: about six bits a row, and what {@link SegmentScan} takes for its passes.
 */
final class RowCheck {

  private final DatasetHandle dataset;
  private final ManifestVersion manifest;
  private final IndexStorage storage;
  private final boolean stableRowIds;
  private final Map<Integer, Fragment> fragments = new HashMap<>();
  private final SegmentScan scan;
  private final Roaring64Bitmap found = new Roaring64Bitmap();
  private final Roaring64Bitmap encodable = new Roaring64Bitmap();
  private final List<Found> segments = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();
  private int partitions;

  /** What is open of a segment until all are looked at. */
  private record Found(SegmentFindings findings, Roaring64Bitmap missing, Roaring64Bitmap strays) {}

  private RowCheck(
      DatasetHandle dataset,
      VectorColumn column,
      ManifestVersion manifest,
      IndexStorage storage,
      List<ParallelScan.BatchConsumer> onlookers) {
    this.dataset = dataset;
    this.manifest = manifest;
    this.storage = storage;
    this.stableRowIds = dataset.stableRowIds();
    this.scan = new SegmentScan(dataset, column, onlookers);
    manifest.fragments().forEach(fragment -> fragments.put(fragment.id(), fragment));
  }

  /**
   * Looks at every segment.
   *
   * @param onlookers one for each thread, which are shown the vectors of the covered fragments as
   *     they are read
   */
  static RowCheck of(
      DatasetHandle dataset,
      VectorColumn column,
      ManifestVersion manifest,
      IndexStorage storage,
      List<ParallelScan.BatchConsumer> onlookers)
      throws IOException {
    RowCheck check = new RowCheck(dataset, column, manifest, storage, onlookers);
    for (CommittedSegment segment : manifest.index().segments()) {
      check.look(segment);
    }
    check.settle();
    return check;
  }

  /** What is wrong, one line for each kind and segment. */
  List<String> violations() {
    List<String> lines = new ArrayList<>(unreadable);
    segments.forEach(segment -> lines.addAll(segment.findings().violations()));
    return lines;
  }

  /** Whether every segment could be read. */
  boolean complete() {
    return unreadable.isEmpty();
  }

  /** Live rows that the segments hold. */
  long indexed() {
    return found.getLongCardinality();
  }

  /** Reads the vectors of fragments that no segment covers, shown to the onlookers too. */
  void readUncovered(Metric metric) throws IOException {
    scan.rows(manifest.fragments(manifest.uncovered()), metric).addEncodable(encodable);
  }

  /** Rows of all fragments that were read with a vector to encode. */
  Roaring64Bitmap encodable() {
    return encodable;
  }

  /** The most partitions that a segment has. */
  int partitions() {
    return partitions;
  }

  long sum(ToLongFunction<SegmentFindings> count) {
    return segments.stream().mapToLong(one -> count.applyAsLong(one.findings())).sum();
  }

  private void look(CommittedSegment segment) throws IOException {
    try {
      SegmentReader reader = SegmentReader.open(storage, segment.uuid());
      SegmentFindings findings = new SegmentFindings(segment.uuid(), stableRowIds);
      SegmentRows rows = scan.look(reader, manifest.fragments(segment.coverage()), findings);
      rows.addEncodable(encodable);
      Roaring64Bitmap strays = new Roaring64Bitmap();
      reader.rowIds(id -> entry(id, segment.coverage(), rows, findings, strays));
      segments.add(new Found(findings, rows.encodableWithout(found), strays));
      partitions = Math.max(partitions, reader.model().partitions());
    } catch (CorruptSegmentException | FileNotFoundException e) {
      unreadable.add(
          "Segment "
              + segment.uuid()
              + " cannot be read: "
              + e.getMessage()
              + "; the "
              + manifest.liveRows(segment.coverage())
              + " live rows of its fragments were not checked"
              + Remedy.unreadable(e));
    }
  }

  private void entry(
      long id,
      Coverage coverage,
      SegmentRows rows,
      SegmentFindings findings,
      Roaring64Bitmap strays) {
    if (rows.isEncodable(id)) {
      if (found.contains(id)) {
        findings.repeated.add(id);
      } else {
        found.addLong(id);
      }
    } else if (rows.isWithoutVector(id)) {
      findings.stale(id);
    } else if (stableRowIds) {
      strays.addLong(id);
    } else {
      address(id, coverage, findings);
    }
  }

  /** An entry of no live row of the segment: Lance hides those that a deletion file names. */
  private void address(long id, Coverage coverage, SegmentFindings findings) {
    int fragment = (int) (id >>> Integer.SIZE);
    if (!coverage.contains(fragment)) {
      findings.outside.add(id);
    } else if (fragments.containsKey(fragment)
        && (id & 0xFFFF_FFFFL) >= fragments.get(fragment).physicalRows()) {
      findings.dead.add(id);
    } else {
      findings.addMasked(1);
    }
  }

  /** What can be told only when all segments were looked at. */
  private void settle() throws IOException {
    for (Found segment : segments) {
      segment.missing().andNot(found);
      forEach(segment.missing(), segment.findings().missing);
    }
    if (segments.stream().anyMatch(segment -> !segment.strays().isEmpty())) {
      settleStrays();
    }
  }

  /** With stable row ids the rows may be in other fragments, or gone. */
  private void settleStrays() throws IOException {
    Roaring64Bitmap elsewhere = new Roaring64Bitmap();
    LiveRowIds.forEach(
        dataset,
        manifest.live().toList(),
        id -> {
          if (segments.stream().anyMatch(segment -> segment.strays().contains(id))) {
            elsewhere.addLong(id);
          }
        });
    boolean hidden = hidesRows();
    for (Found segment : segments) {
      Roaring64Bitmap gone = segment.strays().clone();
      gone.andNot(elsewhere);
      segment.strays().and(elsewhere);
      forEach(segment.strays(), segment.findings().outside);
      if (hidden) {
        segment.findings().addMasked(gone.getLongCardinality());
      } else {
        forEach(gone, segment.findings().dead);
      }
    }
  }

  /**
   * Lance hides rows that are gone if a fragment that any segment covers has deletions, or is gone.
   */
  private boolean hidesRows() {
    return manifest.index().coverage().stream()
        .anyMatch(id -> !fragments.containsKey(id) || fragments.get(id).deletedRows() > 0);
  }

  private static void forEach(Roaring64Bitmap ids, Examples examples) {
    for (LongIterator at = ids.getLongIterator(); at.hasNext(); ) {
      examples.add(at.next());
    }
  }
}
