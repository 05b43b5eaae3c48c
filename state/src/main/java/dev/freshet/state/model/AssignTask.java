package dev.freshet.state.model;

import java.util.Objects;
import java.util.Optional;

/**
 * A shard's task together with the model that encodes its rows.
 *
 * @param model none for an index that has no vectors
 */
public record AssignTask(ShardTask task, Optional<ModelReference> model) {

  public AssignTask {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(model, "model");
  }
}
