package dev.freshet.state.model;

import java.util.List;
import java.util.Objects;

/**
 * A part of a shard that takes about a second: small enough for checkpoint barriers to pass.
 *
 * @param shard the key: all tasks of a shard meet in one subtask
 * @param version the manifest version at which the ranges are read
 * @param index number of this task within its shard, from 0
 * @param count tasks of the shard
 * @param ranges rows to scan
 */
public record ShardTask(String shard, long version, int index, int count, List<RowRange> ranges) {

  public ShardTask {
    Objects.requireNonNull(shard, "shard");
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException("Task " + index + " of " + count + " in shard " + shard);
    }
    ranges = List.copyOf(ranges);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("Task " + index + " of shard " + shard + " has no rows");
    }
  }

  public long rows() {
    return ranges.stream().mapToLong(RowRange::rows).sum();
  }
}
