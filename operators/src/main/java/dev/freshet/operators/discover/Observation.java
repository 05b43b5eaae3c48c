package dev.freshet.operators.discover;

import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.ManifestVersion;
import java.util.List;

/**
 * What a look at the dataset showed.
 *
 * @param width values of a row in the column: the dimension of vectors, else 1
 * @param trainable whether there is a model, or there are rows enough to train one
 * @param ended whether the sink that the stream follows has written all it will
 * @param compactions what Lance would compact; empty when it was not time to ask
 */
record Observation(
    ManifestVersion manifest,
    int width,
    boolean trainable,
    boolean ended,
    List<CompactionGroup> compactions) {

  Observation {
    compactions = List.copyOf(compactions);
  }

  Observation with(List<CompactionGroup> groups) {
    return new Observation(manifest, width, trainable, ended, groups);
  }
}
