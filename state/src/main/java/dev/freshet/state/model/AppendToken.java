package dev.freshet.state.model;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * What the transaction that appends rows says of its origin.
 *
 * @param append chosen when the rows were gathered, so that a replay finds what it committed
 * @param checkpoint number of the checkpoint that the rows belong to, for people
 * @param last whether the sink's input has ended and nothing of it will follow
 */
public record AppendToken(SinkId sink, UUID append, long checkpoint, boolean last) {

  private static final String SINK = "freshet.sink";
  private static final String APPEND = "freshet.append";
  private static final String CHECKPOINT = "freshet.checkpoint";
  private static final String LAST = "freshet.end-of-input";

  public AppendToken {
    Objects.requireNonNull(sink, "sink");
    Objects.requireNonNull(append, "append");
  }

  /** The transaction properties that carry it. */
  public Map<String, String> properties() {
    return Map.of(
        SINK,
        sink.toString(),
        APPEND,
        append.toString(),
        CHECKPOINT,
        Long.toString(checkpoint),
        LAST,
        Boolean.toString(last));
  }

  /** The token that a transaction's properties carry, if a sink made it. */
  public static Optional<AppendToken> of(Map<String, String> properties) {
    return properties.containsKey(APPEND)
        ? Optional.of(
            new AppendToken(
                SinkId.parse(properties.get(SINK)),
                UUID.fromString(properties.get(APPEND)),
                Long.parseLong(properties.get(CHECKPOINT)),
                Boolean.parseBoolean(properties.get(LAST))))
        : Optional.empty();
  }
}
