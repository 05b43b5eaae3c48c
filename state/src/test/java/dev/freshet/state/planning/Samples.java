package dev.freshet.state.planning;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Small values for the planning tests. */
public final class Samples {

  public static final ModelReference MODEL = new ModelReference("model", new UUID(9, 9));

  private Samples() {}

  /** Fragments from 0 with so many rows each. */
  public static List<Fragment> fragments(long... rows) {
    return IntStream.range(0, rows.length).mapToObj(i -> new Fragment(i, rows[i], 0)).toList();
  }

  public static ManifestVersion manifest(
      long version, List<Fragment> fragments, CommittedSegment... segments) {
    return new ManifestVersion(
        version, Instant.EPOCH, fragments, new LogicalIndex("vectors", List.of(segments)));
  }

  public static CommittedSegment segment(int uuid, int... fragments) {
    return new CommittedSegment(new UUID(1, uuid), Coverage.of(fragments));
  }

  /** A shard whose segment has uuid (2, {@code uuid}). */
  public static SealedShard shard(int uuid, long version, RowRange... ranges) {
    long rows = List.of(ranges).stream().mapToLong(RowRange::rows).sum();
    return new SealedShard(
        version + "-" + uuid,
        version,
        Optional.of(MODEL),
        List.of(ranges),
        List.of(new UUID(2, uuid)),
        new RowCounts(rows, 0, 0),
        rows);
  }

  public static RowRange whole(int fragment, long rows) {
    return new RowRange(fragment, 0, rows, rows);
  }

  /** Gives (3, 0), (3, 1) and so on. */
  public static Supplier<UUID> uuids() {
    int[] next = {0};
    return () -> new UUID(3, next[0]++);
  }
}
