package dev.freshet.sql.source;

import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A fragment to read at a version.
 *
 * @param rowsRead rows of it that match the filter and have been emitted
 * @param rewritten whether only those rows are read that have another value than in the version
 *     before
 */
record FragmentSplit(long version, int fragment, long rowsRead, boolean rewritten)
    implements SourceSplit {

  FragmentSplit {
    if (version < 1 || fragment < 0 || rowsRead < 0) {
      throw new IllegalArgumentException(
          "No split: version " + version + ", fragment " + fragment + ", rows read " + rowsRead);
    }
  }

  /** All live rows of a fragment, but for some that have been emitted. */
  FragmentSplit(long version, int fragment, long rowsRead) {
    this(version, fragment, rowsRead, false);
  }

  FragmentSplit behind(long emitted) {
    return new FragmentSplit(version, fragment, emitted, rewritten);
  }

  @Override
  public String splitId() {
    return version + "-" + fragment;
  }
}
