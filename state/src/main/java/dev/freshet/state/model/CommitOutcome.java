package dev.freshet.state.model;

/** What became of a commit. */
public sealed interface CommitOutcome {

  /**
   * It is in the manifest.
   *
   * @param version the version that it made
   */
  record Committed(long version) implements CommitOutcome {}

  /**
   * Another writer was faster, nothing was committed: decide again from the fresh manifest.
   *
   * @param reason what Lance says, one line
   */
  record Conflict(String reason) implements CommitOutcome {}
}
