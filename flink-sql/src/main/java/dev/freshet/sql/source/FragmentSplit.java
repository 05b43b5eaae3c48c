package dev.freshet.sql.source;

import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A fragment to read at a version.
 *
 * @param rowsRead rows of it that match the filter and have been emitted
 */
record FragmentSplit(long version, int fragment, long rowsRead) implements SourceSplit {

  FragmentSplit {
    if (version < 1 || fragment < 0 || rowsRead < 0) {
      throw new IllegalArgumentException(
          "No split: version " + version + ", fragment " + fragment + ", rows read " + rowsRead);
    }
  }

  @Override
  public String splitId() {
    return version + "-" + fragment;
  }
}
