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
 * Says how many fragments may be under compaction at a time: half as many after one compaction has
 * lost against a writer that changed its fragments meanwhile, twice as many after one has won. The
 * fewer they are, the sooner it is over and the less it has to lose; the more, the fewer commits it
 * takes. Not thread-safe.
 *
 * <p>What was begun is not part of the state: after a restart a compaction that has lost is waited
 * for as any other work.
 */
public final class CompactionPace {

  /** Bounds the memory of one compaction's remap. */
  public static final int MAX_FRAGMENTS = 512;

  public static final int MIN_FRAGMENTS = 8;

  private final int max;
  private final int min;
  private final Map<CompactionGroup, List<Fragment>> begun = new HashMap<>();
  private int limit;

  public CompactionPace() {
    this(MIN_FRAGMENTS, MAX_FRAGMENTS);
  }

  /**
   * @param min fragments that may be under compaction however many have lost; at least 2
   */
  public CompactionPace(int min, int max) {
    this.min = min;
    this.max = max;
    this.limit = max;
  }

  /**
   * Learns from the compactions that a version shows to be over, and forgets them. It halves or
   * doubles once for a version, as all of them met the same writer.
   *
   * @param underway the compactions that are waited for
   * @return those that can never be committed, as their fragments are others now
   */
  public List<CompactionGroup> observe(ManifestVersion manifest, List<CompactionGroup> underway) {
    begun.keySet().retainAll(underway);
    Coverage live = manifest.live();
    List<CompactionGroup> lost = new ArrayList<>();
    List<CompactionGroup> won = new ArrayList<>();
    begun.forEach(
        (group, fragments) -> {
          if (!live.intersects(group.fragments())) {
            won.add(group);
          } else if (!fragments.equals(manifest.fragments(group.fragments()))) {
            lost.add(group);
          }
        });
    if (!lost.isEmpty()) {
      limit = Math.max(min, limit / 2);
    } else if (!won.isEmpty()) {
      limit = Math.min(max, limit * 2);
    }
    lost.forEach(begun::remove);
    won.forEach(begun::remove);
    return lost;
  }

  /**
   * The first of the groups, or parts of them, that may begin.
   *
   * @param busy fragments that are under compaction
   */
  public List<CompactionGroup> take(
      List<CompactionGroup> proposed, ManifestVersion manifest, Coverage busy) {
    List<CompactionGroup> taken = new ArrayList<>();
    int left = limit - busy.size();
    for (CompactionGroup group : proposed) {
      List<Fragment> all = manifest.fragments(group.fragments());
      List<Fragment> first = all.subList(0, Math.max(0, Math.min(left, all.size())));
      if (first.size() > 1 || (first.size() == 1 && all.size() == 1)) {
        Coverage coverage = Coverage.of(first.stream().mapToInt(Fragment::id));
        taken.add(new CompactionGroup(group.version(), coverage, group.targetRows()));
        left -= first.size();
      }
    }
    return taken;
  }

  /** Notes what compactions begin with. */
  public void begin(List<CompactionGroup> groups, ManifestVersion manifest) {
    groups.forEach(group -> begun.put(group, manifest.fragments(group.fragments())));
  }
}
