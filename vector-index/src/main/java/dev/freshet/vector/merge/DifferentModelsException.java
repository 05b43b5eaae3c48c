package dev.freshet.vector.merge;

import dev.freshet.vector.quantizer.IvfModel;
import java.util.UUID;

/** A segment that is to be merged has codes of another model; nothing was written. */
public final class DifferentModelsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  DifferentModelsException(UUID segment, IvfModel its, IvfModel wanted) {
    super(
        "Segment "
            + segment
            + " has model "
            + its.id()
            + ", not "
            + wanted.id()
            + ": segments of different models cannot be merged, rebuild it from its fragments");
  }
}
