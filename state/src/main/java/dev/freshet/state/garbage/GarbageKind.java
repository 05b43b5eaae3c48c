package dev.freshet.state.garbage;

/** What can be left behind. */
public enum GarbageKind {
  /** A segment directory that was never published, or only in versions that are gone. */
  SEGMENT("unpublished segments"),
  /** The manifest of a version that a verification made beside the main line. */
  DETACHED_MANIFEST("detached manifests"),
  /** The transaction file of a commit that came to nothing. */
  TRANSACTION("transactions"),
  /** A data file whose rows were never appended, or only in versions that are gone. */
  DATA_FILE("data files"),
  /** The manifest of a version that nobody is to go back to. */
  OLD_VERSION("old versions"),
  /** What says which rows of a fragment are deleted, of versions that are gone or never came. */
  DELETION_FILE("deletion files"),
  /** The clone of a dataset in which a segment was to be built. */
  CLONE("clones");

  private final String plural;

  GarbageKind(String plural) {
    this.plural = plural;
  }

  /** For people. */
  public String plural() {
    return plural;
  }
}
