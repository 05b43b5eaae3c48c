package dev.freshet.state.planning;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.ShardTask;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tasks of one shard, in order. */
public record Shard(List<ShardTask> tasks) {

  public Shard {
    tasks = List.copyOf(tasks);
    for (int i = 0; i < tasks.size(); i++) {
      ShardTask task = tasks.get(i);
      if (task.index() != i
          || task.count() != tasks.size()
          || task.version() != tasks.get(0).version()
          || !task.shard().equals(tasks.get(0).shard())) {
        throw new IllegalArgumentException(
            "Shard "
                + tasks.get(0).shard()
                + " has a task that is not its number "
                + i
                + ": "
                + task);
      }
    }
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("A shard has at least 1 task");
    }
  }

  public String id() {
    return tasks.get(0).shard();
  }

  /** The manifest version at which its ranges are read. */
  public long version() {
    return tasks.get(0).version();
  }

  public Coverage fragments() {
    return Coverage.of(fragmentRows().stream().mapToInt(RowRange::fragment));
  }

  /** For each fragment the first range of it. */
  List<RowRange> fragmentRows() {
    Map<Integer, RowRange> first = new TreeMap<>();
    tasks.stream()
        .flatMap(task -> task.ranges().stream())
        .forEach(range -> first.putIfAbsent(range.fragment(), range));
    return List.copyOf(first.values());
  }

  public long rows() {
    return tasks.stream().mapToLong(ShardTask::rows).sum();
  }
}
