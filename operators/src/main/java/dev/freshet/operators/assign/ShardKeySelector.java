package dev.freshet.operators.assign;

import dev.freshet.state.model.AssignTask;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The key of a shard's tasks, salted so that consecutive shards spread evenly over few subtasks.
 *
 * <p>A plain hash leaves one of two subtasks idle whenever neighbours collide. Here the n-th shard
 * goes to key group bitReverse(n), the van der Corput sequence, which fills any number of equal
 * ranges evenly.
 */
public final class ShardKeySelector implements KeySelector<AssignTask, String> {

  private static final long serialVersionUID = 1L;

  private final int keyGroups;

  /**
   * @param keyGroups the job's maximum parallelism, a power of two
   */
  public ShardKeySelector(int keyGroups) {
    if (Integer.bitCount(keyGroups) != 1) {
      throw new IllegalArgumentException("Key groups must be a power of two, not " + keyGroups);
    }
    this.keyGroups = keyGroups;
  }

  @Override
  public String getKey(AssignTask task) {
    return keyOf(task.task().shard());
  }

  String keyOf(String shard) {
    int wanted = keyGroupOf(sequenceOf(shard));
    for (int salt = 0; ; salt++) {
      String key = shard + "#" + salt;
      if (KeyGroupRangeAssignment.assignToKeyGroup(key, keyGroups) == wanted) {
        return key;
      }
    }
  }

  private int keyGroupOf(long sequence) {
    int bits = Integer.numberOfTrailingZeros(keyGroups);
    return bits == 0
        ? 0
        : Integer.reverse((int) (sequence & (keyGroups - 1))) >>> (Integer.SIZE - bits);
  }

  private static long sequenceOf(String shard) {
    return Long.parseLong(shard.substring(shard.lastIndexOf('-') + 1));
  }
}
