package dev.freshet.state.model;

import java.util.Objects;

/** A shard's task together with the model that encodes its rows. */
public record AssignTask(ShardTask task, ModelReference model) {

  public AssignTask {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(model, "model");
  }
}
