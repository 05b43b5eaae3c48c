package dev.freshet.operators.assign;

import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.train.ModelStore;
import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.state.model.AssignTask;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;

/** Turns the ranges of a task into the part of a shard. */
public interface RangeEncoder {

  /**
   * Reads and encodes the task's rows; what cannot be read is left out of the part's ranges, as is
   * everything if the model is in no segment any more.
   *
   * @throws IOException if storage fails
   */
  EncodedPart encode(AssignTask assigned) throws IOException;

  /**
   * The encoder for the stream's index type.
   *
   * @param models none for an index without vectors
   */
  static RangeEncoder of(
      StreamOptions options,
      DatasetVersions versions,
      Optional<ModelStore> models,
      DeadLetters deadLetters,
      EncodingMetrics metrics) {
    return switch (options.index().type().builder()) {
      case FRESHET ->
          new ScanningEncoder(options, versions, models.orElseThrow(), deadLetters, metrics);
      case LANCE -> new DeferredEncoder(deadLetters, metrics, Clock.systemUTC());
    };
  }
}
