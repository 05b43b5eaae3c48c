package dev.freshet.lance.read;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Groups of a segment's fragments to restrict a query to.
 *
 * <p>Lance makes a mask of every row that a restricted query may find, about 20 ns each, so a query
 * over all fragments of a large segment costs more by its mask than by its search. A scope is as
 * many fragments as it takes for {@value #ROWS_OF_A_PARTITION} rows of a partition, on average.
 */
public final class QueryScopes {

  private static final long ROWS_OF_A_PARTITION = 500;

  /**
   * Fragments that are searched together.
   *
   * @param rows their live rows
   */
  public record Scope(Coverage fragments, long rows) {
    private Scope plus(Scope other) {
      return new Scope(fragments.union(other.fragments), rows + other.rows);
    }
  }

  private final Map<Integer, Scope> byFragment = new TreeMap<>();
  private final boolean stableRowIds;

  /**
   * @param coverage of the segment
   * @param partitions of the segment
   */
  public QueryScopes(DatasetHandle handle, Coverage coverage, int partitions) {
    // a stable row id does not name its fragment, so all of them are one scope then
    this.stableRowIds = handle.stableRowIds();
    List<Fragment> covered =
        ManifestReader.fragments(handle).stream()
            .filter(fragment -> coverage.contains(fragment.id()))
            .toList();
    long least = stableRowIds ? Long.MAX_VALUE : partitions * ROWS_OF_A_PARTITION;
    for (Scope scope : scopes(covered, least)) {
      scope.fragments().stream().forEach(fragment -> byFragment.put(fragment, scope));
    }
  }

  /** The scope of a row. */
  public Scope of(long rowId) {
    return stableRowIds
        ? byFragment.values().iterator().next()
        : byFragment.get((int) (rowId >>> Integer.SIZE));
  }

  /** Consecutive fragments; what is left at the end joins the last scope. */
  private static List<Scope> scopes(List<Fragment> fragments, long least) {
    List<Scope> scopes = new ArrayList<>();
    Scope open = new Scope(Coverage.of(List.of()), 0);
    for (Fragment fragment : fragments) {
      open = open.plus(new Scope(Coverage.of(fragment.id()), fragment.liveRows()));
      if (open.rows() >= least) {
        scopes.add(open);
        open = new Scope(Coverage.of(List.of()), 0);
      }
    }
    if (!open.fragments().isEmpty()) {
      scopes.add(scopes.isEmpty() ? open : scopes.remove(scopes.size() - 1).plus(open));
    }
    return scopes;
  }
}
