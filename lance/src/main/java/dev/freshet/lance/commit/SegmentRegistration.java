package dev.freshet.lance.commit;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexKind;
import java.util.Objects;
import java.util.UUID;

/**
 * What a manifest is told of a segment whose files are complete.
 *
 * @param uuid name of its directory {@code _indices/<uuid>/}
 * @param index name of the logical index
 * @param field id of the column
 * @param details Lance's description of the index: a protobuf Any, as bytes
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, never compared
public record SegmentRegistration(
    UUID uuid, String index, int field, Coverage coverage, IndexKind type, byte[] details) {

  public SegmentRegistration {
    Objects.requireNonNull(uuid, "uuid");
    Objects.requireNonNull(index, "index");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(details, "details");
  }
}
