package dev.freshet.state.simulation;

/** A step of the protocol at which a process can die, or a call to storage can fail. */
enum Step {
  OBSERVE("discovery reads the manifest"),
  HAND_OUT("shards are in flight, none is assigned"),
  OBSERVE_TO_TRAIN("the index is looked at for its model"),
  TRAIN("a model is trained"),
  TRAINED("the model is written, no task names it"),
  SCAN("a task's rows are read"),
  ENCODE("a task is encoded, its part is not kept yet"),
  SPILL("a part is a segment, its name is not kept yet"),
  SEAL("all parts are there, the shard's segment is not written"),
  SEALED("the shard's segment is written, the shard is not handed on"),
  SNAPSHOT("before a checkpoint"),
  ACKNOWLEDGE("a checkpoint is stored, nobody knows"),
  SAVEPOINT("after a stop with savepoint"),
  OBSERVE_TO_PLAN("the planner reads the manifest"),
  READ_MODELS("the planner reads the models of committed segments"),
  PLAN("segments are planned, the plans are not handed on"),
  READ_INPUTS("a build reads shards and absorbed segments"),
  WRITE_INDEX("the index file of a segment is written"),
  WRITE_CODES("the index file is complete, the codes are written"),
  BUILT("a segment is complete, the sink does not know it"),
  DECIDE("the sink reads the manifest"),
  DETACH("a segment is committed to a detached version"),
  VERIFY("the detached version is queried"),
  DROP_DETACHED("the detached version is removed"),
  REBUILD("a segment failed verification and is built from its fragments"),
  COMMIT("a segment is committed"),
  COMMITTED("a commit is known, its committable is still in the checkpoint"),
  SETTLE("others came before a commit, nobody looks what they did"),
  PURGE("a segment is rewritten without the entries that their rows have left"),
  REWRITE("a compaction task writes fragments"),
  COMMIT_REWRITE("a compaction is committed, with its remap"),
  RECHECK("a committed segment is queried, as others may have damaged it"),
  WITHDRAW("a damaged segment is taken out of the index"),
  LIST_STORED("garbage collection lists what is stored"),
  READ_NAMES("garbage collection reads what versions name"),
  DELETE("a segment that is garbage is deleted"),
  DELETED("one is deleted, others are not");

  private final String meaning;

  Step(String meaning) {
    this.meaning = meaning;
  }

  String meaning() {
    return meaning;
  }
}
