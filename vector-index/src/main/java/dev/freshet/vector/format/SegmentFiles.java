package dev.freshet.vector.format;

/** Names of a segment's files, columns and metadata keys. */
final class SegmentFiles {
  /** The centroids, and a graph over each partition for HNSW. */
  static final String INDEX = "index.idx";

  /** The rows, sorted by partition. */
  static final String AUXILIARY = "auxiliary.idx";

  static final String ROW_ID = "_rowid";
  static final String ROW_ID_TYPE = "uint64";
  static final String FLAT_MARKER = "__flat_marker";

  static final String INDEX_KEY = "lance:index";
  static final String IVF_KEY = "lance:ivf";
  static final String FLAT_KEY = "lance:flat";
  static final String DISTANCE_KEY = "distance_type";

  /** Says whose program wrote the segment; Lance passes over it. */
  static final String WRITER_KEY = "writer";

  static final String FRESHET = "freshet";
  static final String STORAGE_KEY = "storage_metadata";

  private SegmentFiles() {}
}
