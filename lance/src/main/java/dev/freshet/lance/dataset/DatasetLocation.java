package dev.freshet.lance.dataset;

import java.io.Serializable;
import java.util.Map;
import java.util.Objects;

/**
 * Where a dataset is.
 *
 * <p>Serializable only because the stages of the stream are shipped to their machines with it.
 *
 * @param uri a path, or a URI that Lance's object store understands
 * @param storageOptions credentials and the like; never printed
 */
public record DatasetLocation(String uri, Map<String, String> storageOptions)
    implements Serializable {

  public DatasetLocation {
    if (uri.isBlank()) {
      throw new IllegalArgumentException("A dataset needs a URI");
    }
    Objects.requireNonNull(storageOptions, "storageOptions");
    storageOptions = Map.copyOf(storageOptions);
  }

  /** A dataset that needs no storage options. */
  public static DatasetLocation of(String uri) {
    return new DatasetLocation(uri, Map.of());
  }

  /** The URI alone: the options may hold secrets. */
  @Override
  public String toString() {
    return uri;
  }
}
