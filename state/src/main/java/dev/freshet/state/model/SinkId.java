package dev.freshet.state.model;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * One planned run of a table's sink; the same through all restarts of its job.
 *
 * @param planned when it was planned, to the millisecond: nothing it commits is older
 */
public record SinkId(Instant planned, UUID uuid) {

  private static final char SEPARATOR = '_';

  public SinkId {
    Objects.requireNonNull(planned, "planned");
    Objects.requireNonNull(uuid, "uuid");
  }

  /** A new one. */
  public static SinkId create() {
    return new SinkId(Instant.ofEpochMilli(System.currentTimeMillis()), UUID.randomUUID());
  }

  /**
   * Of its text.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static SinkId parse(String text) {
    int separator = text.indexOf(SEPARATOR);
    if (separator < 0) {
      throw new IllegalArgumentException("Not the id of a sink: " + text);
    }
    return new SinkId(
        Instant.ofEpochMilli(Long.parseLong(text.substring(0, separator))),
        UUID.fromString(text.substring(separator + 1)));
  }

  @Override
  public String toString() {
    return Long.toString(planned.toEpochMilli()) + SEPARATOR + uuid;
  }
}
