package dev.freshet.job.report;

import dev.freshet.vector.training.ModelSizing;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether a model has fewer partitions than it should, as when another writer has joined them:
 * probing as many then compares more rows, and the codes of far residuals find less.
 */
public final class Coarseness {

  private Coarseness() {}

  /**
   * What to say of a model; empty if it is fine enough.
   *
   * @param partitions of the model
   * @param asked what the user asked for
   * @param rows live rows of the dataset; unless so many were asked for, a model of less than half
   *     of the partitions that they would be given is coarse
   */
  public static Optional<String> of(int partitions, OptionalInt asked, long rows) {
    int wanted = asked.orElseGet(() -> ModelSizing.partitions(rows));
    boolean coarse = asked.isPresent() ? partitions < wanted : 2L * partitions < wanted;
    return coarse
        ? Optional.of(
            "its model has "
                + partitions
                + (partitions == 1 ? " partition" : " partitions")
                + (asked.isPresent() ? ", " + wanted + " were asked for" : "")
                + (asked.isPresent() ? "" : ", its rows are worth " + wanted)
                + ": 'freshet retrain' trains a finer one")
        : Optional.empty();
  }
}
