package dev.freshet.state.planning;

import dev.freshet.state.model.Fragment;

/**
 * When a dataset is worth compacting.
 *
 * @param smallFragmentRows live rows below which a fragment is small
 * @param minSmallFragments neighbouring small fragments, covered by one segment, that are too many
 * @param deletedFraction share of deleted rows, 0 to 1, above which a fragment is rewritten
 */
public record CompactionPolicy(
    long smallFragmentRows, int minSmallFragments, double deletedFraction) {

  public static final CompactionPolicy DEFAULT = new CompactionPolicy(500_000, 8, 0.1);

  public CompactionPolicy {
    if (smallFragmentRows < 1
        || minSmallFragments < 2
        || !(deletedFraction > 0 && deletedFraction <= 1)) {
      throw new IllegalArgumentException(
          "Compaction needs at least 1 row, 2 fragments and a fraction above 0 up to 1: "
              + smallFragmentRows
              + ", "
              + minSmallFragments
              + ", "
              + deletedFraction);
    }
  }

  boolean isSmall(Fragment fragment) {
    return fragment.liveRows() < smallFragmentRows;
  }

  /** Whether so many rows of a fragment are deleted that it is rewritten. */
  boolean isWorn(Fragment fragment) {
    return fragment.deletedRows() > deletedFraction * fragment.physicalRows();
  }
}
