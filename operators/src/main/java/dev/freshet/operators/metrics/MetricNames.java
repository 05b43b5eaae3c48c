package dev.freshet.operators.metrics;

/**
 * The names of Freshet's metrics, all in the group {@link #GROUP}; docs/METRICS.md explains them.
 */
public final class MetricNames {

  public static final String GROUP = "freshet";

  // DiscoverFragments: the index as the latest manifest shows it
  public static final String INDEX_LAG_SECONDS = "indexLagSeconds";
  public static final String INDEX_LAG_VERSIONS = "indexLagVersions";
  public static final String COVERED_ROWS = "coveredRows";
  public static final String UNCOVERED_ROWS = "uncoveredRows";
  public static final String COVERED_FRAGMENTS = "coveredFragments";
  public static final String UNCOVERED_FRAGMENTS = "uncoveredFragments";
  public static final String SEGMENTS = "segments";
  public static final String MANIFEST_FAILURES = "manifestFailures";

  // TrainModel
  public static final String MODELS_TRAINED = "modelsTrained";
  public static final String MODELS_GROWN = "modelsGrown";
  public static final String TRAINING_MILLIS = "trainingMillis";

  // AssignVectors, and PublishSegments when it rebuilds
  public static final String ROWS_ENCODED = "rowsEncoded";
  public static final String ROWS_NULL = "rowsNull";
  public static final String ROWS_NON_FINITE = "rowsNonFinite";
  public static final String FRAGMENTS_UNREADABLE = "fragmentsUnreadable";
  public static final String SHARDS_ABANDONED = "shardsAbandoned";
  public static final String VECTORS_PER_SECOND = "vectorsPerSecond";
  public static final String CODE_ERROR = "codeError";

  // BuildSegments
  public static final String SEGMENTS_BUILT = "segmentsBuilt";
  public static final String ROWS_BUILT = "rowsBuilt";
  public static final String ROWS_ENCODED_AGAIN = "rowsEncodedAgain";
  public static final String PLANS_ABANDONED = "plansAbandoned";

  // PublishSegments
  public static final String SEGMENTS_PUBLISHED = "segmentsPublished";
  public static final String ROWS_PUBLISHED = "rowsPublished";
  public static final String ROWS_PUBLISHED_PER_SECOND = "rowsPublishedPerSecond";
  public static final String INDEX_BYTES_WRITTEN = "indexBytesWritten";
  public static final String WRITE_AMPLIFICATION = "writeAmplification";
  public static final String SEGMENTS_REPLANNED = "segmentsReplanned";
  public static final String SEGMENTS_ABANDONED = "segmentsAbandoned";
  public static final String COMMIT_ATTEMPTS = "commitAttempts";
  public static final String COMMIT_CONFLICTS = "commitConflicts";
  public static final String SEGMENTS_VERIFIED = "segmentsVerified";
  public static final String VERIFICATIONS_FAILED = "verificationsFailed";
  public static final String VERIFICATION_MILLIS = "verificationMillis";
  public static final String COMPACTIONS_COMMITTED = "compactionsCommitted";
  public static final String SEGMENTS_RECHECKED = "segmentsRechecked";
  public static final String SEGMENTS_WITHDRAWN = "segmentsWithdrawn";

  // Every stage that touches index files in an object store
  public static final String STORAGE_STATS = "storageStats";
  public static final String STORAGE_READS = "storageReads";
  public static final String STORAGE_WRITES = "storageWrites";
  public static final String STORAGE_LISTS = "storageLists";
  public static final String STORAGE_DELETES = "storageDeletes";
  public static final String STORAGE_BYTES_READ = "storageBytesRead";
  public static final String STORAGE_BYTES_WRITTEN = "storageBytesWritten";

  private MetricNames() {}
}
