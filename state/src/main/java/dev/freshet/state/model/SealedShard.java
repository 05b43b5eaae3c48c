package dev.freshet.state.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * A shard all of whose rows were encoded.
 *
 * @param version the manifest version its rows were read at
 * @param ranges its rows, in the order of the tasks
 * @param segment the unpublished segment that holds them; empty where Lance builds the segments
 * @param bytes size of that segment's files
 */
public record SealedShard(
    String shard,
    long version,
    ModelReference model,
    List<RowRange> ranges,
    Optional<UUID> segment,
    RowCounts rows,
    long bytes) {

  public SealedShard {
    Objects.requireNonNull(shard, "shard");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(segment, "segment");
    Objects.requireNonNull(rows, "rows");
    ranges = List.copyOf(ranges);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("Shard " + shard + " has no rows");
    }
  }

  /** The fragments it reads from, whole or in part. */
  public Coverage fragments() {
    return Coverage.of(ranges.stream().mapToInt(RowRange::fragment));
  }
}
