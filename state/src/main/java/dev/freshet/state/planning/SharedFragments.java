package dev.freshet.state.planning;

import dev.freshet.state.model.Coverage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What becomes of shards that share a split fragment with one that is void. */
final class SharedFragments {

  private SharedFragments() {}

  /** Those of {@code kept} that share no fragment, directly or by others, with {@code left}. */
  static <T> List<T> withoutSharers(List<T> kept, List<T> left, Function<T, Coverage> fragments) {
    List<T> remaining = new ArrayList<>(kept);
    List<T> leaving = left;
    while (!leaving.isEmpty()) {
      Coverage lost = Coverage.union(leaving.stream().map(fragments));
      leaving = remaining.stream().filter(t -> fragments.apply(t).intersects(lost)).toList();
      remaining.removeAll(leaving);
    }
    return remaining;
  }
}
