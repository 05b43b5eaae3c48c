package dev.freshet.state.protocol;

import dev.freshet.state.model.IndexKind;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What all commits of one publisher share.
 *
 * @param index name of the index
 * @param known committed segments that this publisher has found right
 * @param uuids names for new segments
 */
public record Publishing(
    String index,
    IndexKind type,
    IndexTable table,
    PublishEvents events,
    VerifiedSegments known,
    Supplier<UUID> uuids) {

  public Publishing {
    Objects.requireNonNull(index, "index");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(events, "events");
    Objects.requireNonNull(known, "known");
    Objects.requireNonNull(uuids, "uuids");
  }
}
