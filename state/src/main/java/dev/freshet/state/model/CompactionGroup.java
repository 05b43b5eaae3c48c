package dev.freshet.state.model;

/**
 * Neighbouring fragments that one compaction task rewrites.
 *
 * @param version the manifest version at which the compaction was planned
 * @param targetRows rows that a rewritten fragment aims at
 */
public record CompactionGroup(long version, Coverage fragments, long targetRows) {

  public CompactionGroup {
    if (version < 1 || fragments.isEmpty() || targetRows < 1) {
      throw new IllegalArgumentException(
          "A compaction group names a version, fragments and a target: "
              + version
              + ", "
              + fragments);
    }
  }
}
