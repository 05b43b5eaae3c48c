package dev.freshet.state.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * A shard all of whose rows were encoded.
 *
 * @param version the manifest version its rows were read at
 * @param model none for an index that has no vectors
 * @param ranges its rows, in the order of the tasks
 * @param segments the unpublished segments that hold them together; none where Lance builds the
 *     segments
 * @param bytes size of those segments' files
 */
public record SealedShard(
    String shard,
    long version,
    Optional<ModelReference> model,
    List<RowRange> ranges,
    List<UUID> segments,
    RowCounts rows,
    long bytes) {

  public SealedShard {
    Objects.requireNonNull(shard, "shard");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(rows, "rows");
    ranges = List.copyOf(ranges);
    segments = List.copyOf(segments);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("Shard " + shard + " has no rows");
    }
  }

  /** Id of the model; the same for all shards without one. */
  public String modelId() {
    return ModelReference.id(model);
  }

  /** Whether a segment of that uuid holds all of it. */
  public boolean isWholeIn(UUID segment) {
    return segments.equals(List.of(segment));
  }

  /** The fragments it reads from, whole or in part. */
  public Coverage fragments() {
    return Coverage.of(ranges.stream().mapToInt(RowRange::fragment));
  }
}
