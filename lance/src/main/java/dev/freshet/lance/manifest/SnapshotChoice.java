package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.lance.Version;

/** Which version of a dataset is meant; it is found when the dataset is open. */
public interface SnapshotChoice {

  /**
   * The version's number.
   *
   * @param latest an open handle of the dataset
   * @throws DatasetException if there is no such version
   */
  long resolve(DatasetHandle latest);

  /** The latest version at the time of asking. */
  static SnapshotChoice latest() {
    return DatasetHandle::version;
  }

  /** A version by its number. */
  static SnapshotChoice version(long number) {
    return latest -> number;
  }

  /** The version that a tag names. */
  static SnapshotChoice tag(String tag) {
    return latest -> {
      try {
        return latest.dataset().tags().getVersion(tag);
      } catch (RuntimeException e) {
        throw new DatasetException(
            "No tag '" + tag + "' in " + latest.location() + ": " + LanceErrors.oneLine(e), e);
      }
    };
  }

  /** What was the latest version at a time. */
  static SnapshotChoice at(Instant time) {
    return latest -> {
      List<Version> versions = latest.dataset().listVersions();
      Optional<Version> found =
          versions.stream()
              .filter(version -> !version.getDataTime().toInstant().isAfter(time))
              .max(Comparator.comparingLong(Version::getId));
      return found
          .map(Version::getId)
          .orElseThrow(
              () ->
                  new DatasetException(
                      "No version of "
                          + latest.location()
                          + " from "
                          + time
                          + " or before is left"));
    };
  }
}
