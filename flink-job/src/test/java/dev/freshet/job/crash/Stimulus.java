package dev.freshet.job.crash;

/** What has to happen for a crash point to be reached. */
enum Stimulus {
  /** Small appends, deletes and compactions, as always. */
  CHANGE,
  /** A new index, which is trained once. */
  START,
  /** Appends of other clusters. */
  DRIFT,
  /** A large append. */
  FILL,
  /** A savepoint, at which the job does not end. */
  SAVEPOINT,
  /** A savepoint, at which the job ends. */
  STOP,
  /** A compaction by another writer, with Lance's own remap. */
  COMPACT,
  /** The command that collects garbage. */
  COLLECT;

  static Stimulus of(CrashPoint point) {
    return switch (point) {
      case TRAIN, TRAINING, TRAINED, MODEL_WRITTEN -> START;
      case LEARNING, GROWN, PLACE_KEPT, SUCCEEDED, ENCODE_AGAIN, ENCODING_AGAIN, ENCODED_AGAIN ->
          DRIFT;
      case SPILL, SPILLED -> FILL;
      case SAVEPOINT_ASKED -> SAVEPOINT;
      case STOP_ASKED, STOP_SAVED -> STOP;
      case GARBAGE_LISTED, GARBAGE_DELETING, GARBAGE_DELETED -> COLLECT;
      case RECHECK, RECHECKED -> COMPACT;
      default -> CHANGE;
    };
  }

  /** Whether waiting for a second call would take long. */
  boolean isRare() {
    return this != CHANGE;
  }
}
