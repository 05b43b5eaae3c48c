package dev.freshet.state.garbage;

import java.time.Instant;
import java.util.Objects;

/**
 * A file, or the directory of a segment, that garbage collection looks at.
 *
 * @param path relative to the dataset
 * @param name what a manifest would call it
 * @param modified when its latest byte was written, by the store's clock
 */
public record StoredObject(
    GarbageKind kind, String path, String name, long bytes, Instant modified) {

  public StoredObject {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(modified, "modified");
  }
}
