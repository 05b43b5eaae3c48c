package dev.freshet.state.planning;

import java.util.Set;
import java.util.UUID;

/**
 * How much may be encoded again at once, of segments whose model has given way to another.
 *
 * @param mostRows of one plan; a segment of more stays as it is
 * @param resting segments that were tried lately
 */
public record Recoding(long mostRows, Set<UUID> resting) {

  public Recoding {
    if (mostRows < 1) {
      throw new IllegalArgumentException(
          "At least one row is encoded again at once, not " + mostRows);
    }
    resting = Set.copyOf(resting);
  }

  /** Without a bound. */
  public static Recoding any() {
    return new Recoding(Long.MAX_VALUE, Set.of());
  }
}
