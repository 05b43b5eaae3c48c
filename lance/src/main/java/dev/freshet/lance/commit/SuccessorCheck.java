package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.StaleCoverage;
import dev.freshet.lance.verify.SegmentEntries;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.EntryState;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.planning.CoverageCheck;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lance.index.Index;

/**
 * Whether the successor of an index may take its place: it covers what the index covers, and its
 * segments are as right as when they were published. Not thread-safe.
 */
public final class SuccessorCheck {

  private final SegmentEntries entries;
  private Optional<Sound> sound = Optional.empty();

  /** Segments that were found right, and the fragments that there were. */
  private record Sound(List<CommittedSegment> segments, Map<Integer, Long> fingerprints) {}

  /**
   * @param entries of segments of the successor's type
   */
  public SuccessorCheck(SegmentEntries entries) {
    this.entries = entries;
  }

  /**
   * What the successor lacks, one line; empty if nothing.
   *
   * @throws DatasetException if the index is gone, or is another one by now
   */
  Optional<String> open(DatasetHandle handle, ManifestVersion index, ManifestVersion successor)
      throws IOException {
    int field = field(handle, index.index(), successor.index());
    Coverage missing = index.covered().minus(successor.covered());
    if (successor.index().segments().isEmpty() || !missing.isEmpty()) {
      return Optional.of("it does not cover fragments " + missing);
    }
    Optional<String> violation = CoverageCheck.violations(successor).stream().findFirst();
    return violation.isPresent() ? violation : wrong(handle, successor, field);
  }

  private static int field(DatasetHandle handle, LogicalIndex index, LogicalIndex successor) {
    List<List<Integer>> fields =
        handle.indexes().stream()
            .filter(one -> List.of(index.name(), successor.name()).contains(one.name()))
            .map(Index::fields)
            .distinct()
            .toList();
    if (index.segments().isEmpty()) {
      throw new DatasetException(
          "Index " + index.name() + " of " + handle.location() + " was dropped meanwhile");
    }
    if (fields.size() > 1 || fields.get(0).size() > 1) {
      throw new DatasetException(
          "Index "
              + index.name()
              + " of "
              + handle.location()
              + " is over another column than its new model");
    }
    return fields.get(0).get(0);
  }

  /** Fragments that are the same under the same segments make nothing wrong. */
  private Optional<String> wrong(DatasetHandle handle, ManifestVersion successor, int field)
      throws IOException {
    Sound now = new Sound(successor.index().segments(), successor.fingerprints());
    if (sound.isPresent() && holds(sound.get(), now)) {
      return Optional.empty();
    }
    for (CommittedSegment segment : now.segments()) {
      Coverage stale = StaleCoverage.of(handle, successor.index().name(), segment, field);
      if (!stale.isEmpty()) {
        return Optional.of("fragments " + stale + " were rewritten under it");
      }
      EntryState state = entries.state(handle, successor, segment);
      if (state != EntryState.SOUND) {
        return Optional.of("segment " + segment.uuid() + " is " + state);
      }
    }
    sound = Optional.of(now);
    return Optional.empty();
  }

  /**
   * Other fragments may have come: entries of rows that moved there answer until it covers them.
   */
  private static boolean holds(Sound before, Sound now) {
    Coverage covered = Coverage.union(now.segments().stream().map(CommittedSegment::coverage));
    return before.segments().equals(now.segments())
        && covered.stream()
            .boxed()
            .allMatch(
                fragment ->
                    Optional.ofNullable(before.fingerprints().get(fragment))
                        .equals(Optional.ofNullable(now.fingerprints().get(fragment))));
  }
}
