package dev.freshet.operators.discover;

import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.ManifestVersion;
import java.util.List;

/**
 * What a look at the dataset showed.
 *
 * @param dimension of the vectors
 * @param trainable whether an index exists or there are rows enough to train one
 * @param compactions what Lance would compact; empty when it was not time to ask
 */
record Observation(
    ManifestVersion manifest, int dimension, boolean trainable, List<CompactionGroup> compactions) {

  Observation {
    compactions = List.copyOf(compactions);
  }

  Observation with(List<CompactionGroup> groups) {
    return new Observation(manifest, dimension, trainable, groups);
  }
}
