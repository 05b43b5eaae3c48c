package dev.freshet.state.planning;

import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says how many fragments one compaction may join: half as many after one has lost against a writer
 * that changed its fragments meanwhile, twice as many after one has won. The fewer they are, the
 * sooner it is over and the less it has to lose; the more, the fewer commits it takes. Not
 * thread-safe.
 *
 * <p>What was begun is not part of the state: after a restart a compaction that has lost is waited
 * for as any other work.
 */
public final class CompactionPace {

  public static final int MAX_FRAGMENTS = 512;
  public static final int MIN_FRAGMENTS = 8;

  private final Map<CompactionGroup, List<Fragment>> begun = new HashMap<>();
  private int limit = MAX_FRAGMENTS;

  /** Learns from the compactions that a version shows to be over, and forgets them. */
  public void observe(ManifestVersion manifest) {
    Coverage live = manifest.live();
    begun
        .entrySet()
        .removeIf(
            one -> {
              boolean won = !live.intersects(one.getKey().fragments());
              boolean lost = !won && isLost(one.getKey(), manifest);
              limit = won ? limit * 2 : lost ? limit / 2 : limit;
              limit = Math.min(MAX_FRAGMENTS, Math.max(MIN_FRAGMENTS, limit));
              return won || lost;
            });
  }

  /** Whether a compaction that has begun can never be committed: its fragments are others now. */
  public boolean isLost(CompactionGroup group, ManifestVersion manifest) {
    return begun.containsKey(group)
        && !begun.get(group).equals(manifest.fragments(group.fragments()));
  }

  /** The groups, each in as many parts as the limit asks for. */
  public List<CompactionGroup> cut(List<CompactionGroup> proposed, ManifestVersion manifest) {
    List<CompactionGroup> parts = new ArrayList<>();
    for (CompactionGroup group : proposed) {
      List<Fragment> fragments = manifest.fragments(group.fragments());
      for (int start = 0; start < fragments.size(); start += limit) {
        List<Fragment> part = fragments.subList(start, Math.min(fragments.size(), start + limit));
        if (part.size() > 1 || fragments.size() == 1) {
          Coverage coverage = Coverage.of(part.stream().mapToInt(Fragment::id));
          parts.add(new CompactionGroup(group.version(), coverage, group.targetRows()));
        }
      }
    }
    return parts;
  }

  /** Notes what compactions begin with. */
  public void begin(List<CompactionGroup> groups, ManifestVersion manifest) {
    groups.forEach(group -> begun.put(group, manifest.fragments(group.fragments())));
  }
}
