package dev.freshet.state.model;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a model can be read.
 *
 * @param id hash of the model's content
 * @param segment a segment that carries it, published or not
 */
public record ModelReference(String id, UUID segment) {

  public ModelReference {
    if (id.isBlank()) {
      throw new IllegalArgumentException("A model reference needs the model's id");
    }
    Objects.requireNonNull(segment, "segment");
  }

  /** The id of a model, or an empty text for none. */
  public static String id(Optional<ModelReference> model) {
    return model.map(ModelReference::id).orElse("");
  }
}
