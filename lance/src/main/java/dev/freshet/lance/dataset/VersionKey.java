package dev.freshet.lance.dataset;

import java.time.ZonedDateTime;
import java.util.Optional;
import org.lance.Dataset;

/**
 * Names what a version of a dataset holds. The time tells it from the version of the same number in
 * a dataset that was there before. A detached version has a number of its own, and no time.
 */
record VersionKey(long version, Optional<ZonedDateTime> committedAt) {

  static VersionKey of(Dataset dataset) {
    long version = dataset.version();
    return new VersionKey(
        version, version < 0 ? Optional.empty() : Optional.of(dataset.getVersion().getDataTime()));
  }
}
