package dev.freshet.sql.sink;

import dev.freshet.operators.lance.WrittenFragments;
import java.util.Objects;
import java.util.UUID;

/**
 * What one checkpoint appends.
 *
 * @param id chosen once; a replay is known by it
 * @param checkpoint number of the checkpoint
 * @param last whether the input has ended
 * @param since a version of the dataset that is older than any commit of this
 * @param fragments of all writers
 */
record Append(UUID id, long checkpoint, boolean last, long since, WrittenFragments fragments) {

  Append {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(fragments, "fragments");
  }
}
