package dev.freshet.state.simulation;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.protocol.Rewrite;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A compaction whose fragments are written, as Lance commits it. */
record SimulatedRewrite(
    SimulatedIndexTable index,
    SimulatedTable table,
    IndexKind type,
    CompactionGroup group,
    Random random,
    Map<String, Integer> events)
    implements Rewrite {

  @Override
  public Coverage replaced() {
    return group.fragments();
  }

  @Override
  public boolean isBlocked() {
    return random.nextInt(30) == 0;
  }

  @Override
  public List<String> lostFiles() {
    return random.nextInt(30) == 0 ? List.of("gone.lance") : List.of();
  }

  @Override
  public boolean swap(Duration limit) {
    index.race.run();
    boolean damaging = !type.survivesRemap();
    boolean committed =
        index.faults.call(
            Step.COMMIT_REWRITE, () -> table.rewrite(base(), group.fragments(), damaging));
    events.merge("compacted", committed ? 1 : 0, Integer::sum);
    return true;
  }

  /** The latest version, if the rewrite holds there too; others may have come between. */
  private long base() {
    SimulatedVersion latest = index.dataset.latest();
    boolean unchanged =
        index
            .dataset
            .at(group.version())
            .select(group.fragments())
            .equals(latest.select(group.fragments()));
    boolean together =
        latest.segments().stream()
            .map(CommittedSegment::coverage)
            .allMatch(
                one -> one.containsAll(group.fragments()) || !one.intersects(group.fragments()));
    return unchanged && together ? latest.number() : group.version();
  }
}
