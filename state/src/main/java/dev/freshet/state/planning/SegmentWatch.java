package dev.freshet.state.planning;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Notices segments that are to be verified again: new ones, whoever committed them, those that
 * another writer's compaction has put over fragments they did not cover before, and those that
 * cover some no more, whose rows they hold all the same. The stream's own among them are known to
 * the sink, which verified them. So are those over fragments that have other files than before:
 * Lance keeps the coverage where a whole column was put into new ones.
 *
 * <p>What was seen is not part of the state: after a restart every segment is verified once, as
 * anything may have happened meanwhile.
 */
public final class SegmentWatch {

  private Map<UUID, Coverage> seen = new HashMap<>();
  private Map<Integer, Long> fingerprints = Map.of();

  /**
   * Segments that cover other fragments than at the earlier look, or such of other files.
   *
   * <p>Fragments that are gone stay in the coverage. So one that has left it was taken off while it
   * was there, even if it is gone by now: then Lance does not mask its entries, and nothing else
   * tells of them. That holds for a segment that covers nothing any more, too.
   */
  public List<UUID> changed(ManifestVersion manifest) {
    Map<UUID, Coverage> now = new HashMap<>();
    for (CommittedSegment segment : manifest.index().segments()) {
      now.put(segment.uuid(), segment.coverage());
    }
    Coverage rewritten = rewritten(manifest.fingerprints());
    List<UUID> changed =
        now.entrySet().stream()
            .filter(
                one ->
                    !one.getValue().equals(seen.get(one.getKey()))
                        || one.getValue().intersects(rewritten))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    seen = now;
    return changed;
  }

  /** Fragments that were there at the earlier look, with other files. */
  private Coverage rewritten(Map<Integer, Long> now) {
    Coverage rewritten =
        Coverage.of(
            now.entrySet().stream()
                .filter(
                    one ->
                        !one.getValue()
                            .equals(fingerprints.getOrDefault(one.getKey(), one.getValue())))
                .mapToInt(Map.Entry::getKey));
    fingerprints = now;
    return rewritten;
  }
}
