package dev.freshet.operators.assemble;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.read.VectorScan;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.quarantine.DeadLetter;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * Finds out which fragments a plan fails for, by reading each alone, and leaves a dead letter for
 * it, so that the plan's other fragments are handed out without it.
 */
final class FragmentProbe {

  private static final long BATCH_BYTES = 4L << 20;

  private final StreamOptions options;
  private final DatasetVersions versions;
  private final DeadLetters deadLetters;

  FragmentProbe(StreamOptions options, DatasetVersions versions, DeadLetters deadLetters) {
    this.options = options;
    this.versions = versions;
    this.deadLetters = deadLetters;
  }

  /** Reads every row of the fragments that are still there. */
  void setAsideUnreadable(Coverage fragments) throws IOException {
    try (DatasetHandle dataset = versions.latest()) {
      VectorColumn column = dataset.column(options.index().column());
      for (Fragment fragment : ManifestReader.read(dataset, options.index().name()).fragments()) {
        if (fragments.contains(fragment.id())) {
          probe(dataset, column, fragment);
        }
      }
    }
  }

  private void probe(DatasetHandle dataset, VectorColumn column, Fragment fragment)
      throws IOException {
    try (VectorScan scan = new VectorScan(dataset, column, List.of(fragment.rows()), BATCH_BYTES)) {
      boolean more = true;
      while (more) {
        more = scan.next().isPresent(); // what it says does not matter
      }
    } catch (IOException | RuntimeException e) {
      deadLetters.put(
          new DeadLetter(
              fragment.id(), fragment.fingerprint(), Instant.now(), "it cannot be read: " + e));
    }
  }
}
