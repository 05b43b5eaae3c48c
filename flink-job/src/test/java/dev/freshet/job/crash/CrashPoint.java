package dev.freshet.job.crash;

import java.util.List;

/**
 * The steps at which a process can die, each the entry or the exit of a method, or some moment
 * while it runs. None of them costs a line of production code; a test finds out when one of the
 * methods is renamed.
 */
public enum CrashPoint {
  LOOK(Role.JOB_MANAGER, Edge.ENTRY, "discover.ManifestObserver", "observe", "before a look"),
  SEEN(Role.JOB_MANAGER, Edge.ENTRY, "discover.Discovery", "advance", "looked, decided nothing"),
  HANDED_OUT(Role.JOB_MANAGER, Edge.EXIT, "discover.Discovery", "advance", "decided, not assigned"),
  ASSIGNED(Role.JOB_MANAGER, Edge.EXIT, "discover.FragmentEnumerator", "assign", "work assigned"),
  DISCOVERY_SNAPSHOT(
      Role.JOB_MANAGER, Edge.EXIT, "discover.Discovery", "state", "coordinator's snapshot"),
  ACKNOWLEDGED(
      Role.JOB_MANAGER,
      Edge.ENTRY,
      Types.COORDINATOR,
      "completePendingCheckpoint",
      "all acknowledged, checkpoint incomplete"),
  CHECKPOINT_COMPLETE(
      Role.JOB_MANAGER,
      Edge.ENTRY,
      Types.COORDINATOR,
      "sendAcknowledgeMessages",
      "checkpoint complete, sink not told"),
  SAVEPOINT_ASKED(
      Role.JOB_MANAGER, Edge.ENTRY, Types.COORDINATOR, "triggerSavepoint", "before a savepoint"),
  STOP_ASKED(
      Role.JOB_MANAGER,
      Edge.EXIT,
      Types.COORDINATOR,
      "triggerSynchronousSavepoint",
      "during stop with savepoint"),
  STOP_SAVED(
      Role.JOB_MANAGER,
      Edge.ENTRY,
      Types.STOPPING,
      "handleSavepointCreation",
      "savepoint taken, job not ended"),

  RECEIVED(Role.TASK_MANAGER, Edge.EXIT, "discover.WorkReader", "addSplits", "work received"),
  WORK_SNAPSHOT(
      Role.TASK_MANAGER, Edge.EXIT, "discover.WorkReader", "snapshotState", "reader's snapshot"),
  TRAIN(Role.TASK_MANAGER, Edge.ENTRY, "train.ModelTraining", "train", "before training"),
  TRAINING(Role.TASK_MANAGER, Edge.DURING, Types.TRAINER, "train", "while training"),
  TRAINED(Role.TASK_MANAGER, Edge.ENTRY, "train.ModelStore", "save", "trained, model unwritten"),
  MODEL_WRITTEN(Role.TASK_MANAGER, Edge.EXIT, "train.ModelStore", "save", "model written"),
  MODEL_NAMED(Role.TASK_MANAGER, Edge.EXIT, "train.ModelResolver", "resolve", "task has its model"),
  LEARNING(Role.TASK_MANAGER, Edge.DURING, Types.GROWTH, "grow", "while the model grows"),
  GROWN(Role.TASK_MANAGER, Edge.EXIT, "train.ModelFollower", "keep", "grown, no task has it"),
  PLACE_KEPT(
      Role.TASK_MANAGER, Edge.EXIT, "train.Successions", "put", "place taken, model unwritten"),
  SUCCEEDED(
      Role.TASK_MANAGER,
      Edge.EXIT,
      "train.ModelTraining",
      "successor",
      "successor written, no task has it"),
  MODEL_SNAPSHOT(
      Role.TASK_MANAGER, Edge.EXIT, "train.TrainModel", "snapshotState", "model's snapshot"),
  ENCODE(Role.TASK_MANAGER, Edge.ENTRY, "assign.ScanningEncoder", "encode", "before a task"),
  BLOCK(Role.TASK_MANAGER, Edge.EXIT, Types.ENCODER, "encode", "after a block"),
  PART(Role.TASK_MANAGER, Edge.EXIT, "assign.ScanningEncoder", "encode", "task encoded"),
  SPILL(Role.TASK_MANAGER, Edge.ENTRY, "assign.ShardSealer", "spillIfLarge", "before a spill"),
  SPILLED(Role.TASK_MANAGER, Edge.EXIT, "wire.EncodedPart", "in", "spill written, no state yet"),
  SEAL(Role.TASK_MANAGER, Edge.ENTRY, "assign.ShardSealer", "seal", "before sealing"),
  SEALED(Role.TASK_MANAGER, Edge.EXIT, "assign.ShardSealer", "seal", "sealed, not sent on"),
  KEYED_SNAPSHOT(
      Role.TASK_MANAGER, Edge.ENTRY, Types.ROCKSDB, "snapshot", "before keyed state is copied"),
  KEYED_COPIED(Role.TASK_MANAGER, Edge.EXIT, Types.ROCKSDB, "snapshot", "copied, not uploaded"),
  IN_WINDOW(
      Role.TASK_MANAGER, Edge.EXIT, "plan.PlanSegments", "processElement", "shard in the window"),
  PLAN(Role.TASK_MANAGER, Edge.ENTRY, "plan.WindowPlanner", "plan", "window closed, no plan"),
  PLANNED(Role.TASK_MANAGER, Edge.EXIT, "plan.WindowPlanner", "plan", "planned, not sent on"),
  BUILD(Role.TASK_MANAGER, Edge.ENTRY, "assemble.MergingBuilder", "build", "before a build"),
  MERGING(Role.TASK_MANAGER, Edge.DURING, Types.MERGER, "merge", "while merging"),
  BUILT(Role.TASK_MANAGER, Edge.EXIT, "assemble.MergingBuilder", "build", "built, not sent on"),
  ENCODE_AGAIN(
      Role.TASK_MANAGER,
      Edge.ENTRY,
      "assemble.RecodingBuilder",
      "encodedAgain",
      "before rows are encoded again"),
  ENCODING_AGAIN(
      Role.TASK_MANAGER,
      Edge.DURING,
      "assemble.SegmentRebuilder",
      "rebuild",
      "while rows are encoded again"),
  ENCODED_AGAIN(
      Role.TASK_MANAGER,
      Edge.EXIT,
      "assemble.SegmentRebuilder",
      "rebuild",
      "encoded again, not sent on"),
  LANCE_BUILDING(
      Role.TASK_MANAGER, Edge.DURING, "lance.commit.LanceSegmentBuilder", "build", "Lance builds"),
  LANCE_BUILT(
      Role.TASK_MANAGER, Edge.EXIT, "lance.commit.LanceSegmentBuilder", "build", "Lance has built"),
  FILE_BEGIN(
      Role.TASK_MANAGER, Edge.EXIT, Types.STORAGE, "create", "auxiliary.idx or index.idx, empty"),
  AUXILIARY_ROWS(
      Role.TASK_MANAGER, Edge.ENTRY, Types.WRITER, "finish", "auxiliary.idx without its tail"),
  AUXILIARY_DONE(
      Role.TASK_MANAGER, Edge.ENTRY, Types.WRITER, "writeIndex", "auxiliary.idx, no index.idx"),
  INDEX_DONE(Role.TASK_MANAGER, Edge.EXIT, Types.WRITER, "writeIndex", "both files, unnamed"),

  COLLECTED(
      Role.TASK_MANAGER, Edge.EXIT, Types.SINK_WRITER, "write", "sink has it, no checkpoint yet"),
  PREPARED(Role.TASK_MANAGER, Edge.EXIT, Types.SINK_WRITER, "prepareCommit", "committable made"),
  COMMITTER_SNAPSHOT(
      Role.TASK_MANAGER, Edge.EXIT, Types.COMMITTER, "snapshotState", "committer's snapshot"),
  COMMIT_CALLED(
      Role.TASK_MANAGER,
      Edge.ENTRY,
      "publish.PublicationCommitter",
      "commit",
      "sink told, no work"),
  VERIFY(
      Role.TASK_MANAGER,
      Edge.ENTRY,
      "state.protocol.VerificationGate",
      "verified",
      "before verifying"),
  DETACHING(
      Role.TASK_MANAGER, Edge.DURING, "lance.commit.SegmentPublisher", "detach", "detached commit"),
  DETACHED(
      Role.TASK_MANAGER,
      Edge.EXIT,
      "lance.commit.SegmentPublisher",
      "detach",
      "detached, not queried"),
  QUERIED(
      Role.TASK_MANAGER,
      Edge.ENTRY,
      "lance.dataset.DetachedVersion",
      "close",
      "queried, files there"),
  VERIFIED(Role.TASK_MANAGER, Edge.EXIT, "state.protocol.VerificationGate", "verified", "verified"),
  PUBLISH(
      Role.TASK_MANAGER,
      Edge.ENTRY,
      "lance.commit.SegmentPublisher",
      "publish",
      "before the commit"),
  COMMITTING(
      Role.TASK_MANAGER, Edge.DURING, "lance.commit.CheckedCommit", "execute", "while committing"),
  LANDED(
      Role.TASK_MANAGER,
      Edge.EXIT,
      "lance.commit.CheckedCommit",
      "execute",
      "landed, result unused"),
  PUBLISHED(
      Role.TASK_MANAGER,
      Edge.EXIT,
      "state.protocol.SegmentCommitter",
      "commit",
      "published, others wait"),
  UNACKNOWLEDGED(
      Role.TASK_MANAGER,
      Edge.EXIT,
      "publish.PublicationCommitter",
      "commit",
      "committed, still in the checkpoint"),

  REWRITE(
      Role.TASK_MANAGER,
      Edge.ENTRY,
      "lance.commit.DatasetCompaction",
      "execute",
      "before rewriting"),
  REWRITING(
      Role.TASK_MANAGER, Edge.DURING, "lance.commit.DatasetCompaction", "execute", "rewriting"),
  REWRITTEN(Role.TASK_MANAGER, Edge.EXIT, "lance.commit.DatasetCompaction", "execute", "rewritten"),
  COMPACT(
      Role.TASK_MANAGER,
      Edge.ENTRY,
      "lance.commit.DatasetCompaction",
      "commit",
      "before its commit"),
  REMAPPING(
      Role.TASK_MANAGER,
      Edge.DURING,
      "lance.commit.DatasetCompaction",
      "commit",
      "remap and commit"),
  COMPACTED(Role.TASK_MANAGER, Edge.EXIT, "lance.commit.DatasetCompaction", "commit", "compacted"),
  WITHDRAW(
      Role.TASK_MANAGER,
      Edge.ENTRY,
      "lance.commit.SegmentPublisher",
      "withdraw",
      "before withdrawing"),
  WITHDRAWN(
      Role.TASK_MANAGER,
      Edge.EXIT,
      "lance.commit.SegmentPublisher",
      "withdraw",
      "withdrawn, uncompacted"),
  RECHECK(
      Role.TASK_MANAGER,
      Edge.ENTRY,
      "state.protocol.SegmentRechecker",
      "recheck",
      "before a recheck"),
  RECHECKED(
      Role.TASK_MANAGER, Edge.EXIT, "state.protocol.SegmentRechecker", "recheck", "rechecked"),

  GARBAGE_LISTED(
      Role.GARBAGE_COLLECTOR, Edge.EXIT, "garbage.GarbageCollector", "find", "listed, not deleted"),
  GARBAGE_DELETING(
      Role.GARBAGE_COLLECTOR,
      Edge.DURING,
      "lance.dataset.LocalDatasetFiles",
      "deleteDirectory",
      "while deleting"),
  GARBAGE_DELETED(
      Role.GARBAGE_COLLECTOR,
      Edge.EXIT,
      "lance.dataset.LocalDatasetFiles",
      "deleteDirectory",
      "one deleted, others not");

  /** Whose process dies. */
  enum Role {
    JOB_MANAGER,
    TASK_MANAGER,
    /** {@code freshet gc}, a process of its own that ends by itself. */
    GARBAGE_COLLECTOR
  }

  /** When the process dies. */
  enum Edge {
    ENTRY,
    EXIT,
    /** A few milliseconds after the entry, wherever the process is then. */
    DURING
  }

  /** Names of classes outside {@code dev.freshet.operators}. */
  private static final class Types {
    static final String COORDINATOR = "org.apache.flink.runtime.checkpoint.CheckpointCoordinator";
    static final String STOPPING =
        "org.apache.flink.runtime.scheduler.stopwithsavepoint"
            + ".StopWithSavepointTerminationHandlerImpl";
    static final String ROCKSDB = "org.apache.flink.state.rocksdb.RocksDBKeyedStateBackend";
    static final String COMMITTER =
        "org.apache.flink.streaming.runtime.operators.sink.CommitterOperator";
    static final String SINK_WRITER =
        "dev.freshet.operators.publish.PublishSegments$CollectingWriter";
    static final String TRAINER = "dev.freshet.vector.training.ModelTrainer";
    static final String GROWTH = "dev.freshet.vector.training.ModelGrowth";
    static final String ENCODER = "dev.freshet.vector.quantizer.VectorEncoder";
    static final String MERGER = "dev.freshet.vector.merge.SegmentMerger";
    static final String STORAGE = "dev.freshet.vector.format.LocalIndexStorage";
    static final String WRITER = "dev.freshet.vector.format.SegmentWriter";

    private Types() {}
  }

  /** Modules whose packages are not below those of the operators. */
  private static final List<String> MODULES = List.of("lance.", "state.");

  private final Role role;
  private final Edge edge;
  private final String type;
  private final String method;
  private final String meaning;

  CrashPoint(Role role, Edge edge, String type, String method, String meaning) {
    this.role = role;
    this.edge = edge;
    this.type = type;
    this.method = method;
    this.meaning = meaning;
  }

  Role role() {
    return role;
  }

  Edge edge() {
    return edge;
  }

  /** Full name of the class. */
  String type() {
    if (type.contains("dev.") || type.contains("org.")) {
      return type;
    }
    boolean ofModule = MODULES.stream().anyMatch(type::startsWith);
    return (ofModule ? "dev.freshet." : "dev.freshet.operators.") + type;
  }

  /** Name of the method; all of that name count. */
  String method() {
    return method;
  }

  /** What has happened by then, in a few words. */
  String meaning() {
    return meaning;
  }
}
