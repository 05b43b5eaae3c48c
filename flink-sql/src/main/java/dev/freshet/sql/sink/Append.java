package dev.freshet.sql.sink;

import java.util.Objects;
import java.util.UUID;

/**
 * What one checkpoint changes in one version.
 *
 * @param id chosen once; a replay is known by it
 * @param checkpoint number of the checkpoint
 * @param last whether the input has ended
 * @param since a version of the dataset that is older than any commit of this
 * @param change of all writers
 */
record Append(UUID id, long checkpoint, boolean last, long since, Change change) {

  Append {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(change, "change");
  }
}
