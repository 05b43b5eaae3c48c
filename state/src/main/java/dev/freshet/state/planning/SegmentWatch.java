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
 * cover live fragments no more, whose rows they hold all the same. The stream's own among them are
 * known to the sink, which verified them.
 *
 * <p>What was seen is not part of the state: after a restart every segment is verified once, as
 * anything may have happened meanwhile.
 */
public final class SegmentWatch {

  private Map<UUID, Coverage> seen = new HashMap<>();

  /**
   * Segments that cover other live fragments than at the earlier look, apart from fragments gone.
   */
  public List<UUID> changed(ManifestVersion manifest) {
    Coverage live = manifest.live();
    Map<UUID, Coverage> now = new HashMap<>();
    for (CommittedSegment segment : manifest.index().segments()) {
      now.put(segment.uuid(), segment.coverage().intersect(live));
    }
    List<UUID> changed =
        now.entrySet().stream()
            .filter(one -> !one.getValue().isEmpty())
            .filter(one -> !one.getValue().equals(stillLive(one.getKey(), live)))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    seen = now;
    return changed;
  }

  private Coverage stillLive(UUID segment, Coverage live) {
    return seen.getOrDefault(segment, Coverage.empty()).intersect(live);
  }
}
