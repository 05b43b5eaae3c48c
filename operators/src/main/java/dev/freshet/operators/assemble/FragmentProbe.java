package dev.freshet.operators.assemble;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
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

  /** Few, as vectors and texts may be long. */
  private static final long BATCH_ROWS = 64;

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
      for (Fragment fragment : ManifestReader.read(dataset, options.index().name()).fragments()) {
        if (fragments.contains(fragment.id())) {
          probe(dataset, fragment);
        }
      }
    }
  }

  private void probe(DatasetHandle dataset, Fragment fragment) throws IOException {
    String column = options.index().column();
    try (BatchScan scan = BatchScan.ofColumn(dataset, column, List.of(fragment.id()), BATCH_ROWS)) {
      boolean more = true;
      while (more) {
        more = scan.next(); // what it says does not matter
      }
    } catch (IOException | RuntimeException e) {
      deadLetters.put(
          new DeadLetter(
              fragment.id(), fragment.fingerprint(), Instant.now(), "it cannot be read: " + e));
    }
  }
}
