package dev.freshet.sql.source;

import java.util.List;

/**
 * What the enumerator remembers.
 *
 * @param version whose fragments, and those of all before it, have been found; 0 at the start
 * @param pending found and not yet assigned
 */
record ScanProgress(long version, List<FragmentSplit> pending) {

  static final ScanProgress INITIAL = new ScanProgress(0, List.of());

  ScanProgress {
    if (version < 0) {
      throw new IllegalArgumentException("A version is from 0, not " + version);
    }
    pending = List.copyOf(pending);
  }
}
