package dev.freshet.state.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Sealed shards, and small committed segments, that become one segment.
 *
 * <p>The coverage is exact: every fragment of the shards, and of the absorbed segments those
 * fragments that were in the manifest when this was planned. An absorbed segment may hold rows of
 * other fragments: of some that have left the manifest, and of some that were updated in place and
 * taken off its coverage, which a shard of this very plan may cover anew. So whoever builds keeps
 * of an absorbed segment the rows of {@link #kept} and no others.
 *
 * @param uuid of the segment: its commit token. Where one shard's segment is the whole plan, it is
 *     that segment's uuid and nothing is built
 * @param model that of the inputs, or one that theirs have grown to; none for an index that has no
 *     vectors
 * @param coverage the fragments that the segment covers, and the only ones it has rows of
 * @param rows rows of the inputs, an estimate for absorbed segments (their live rows)
 */
public record SegmentPlan(
    UUID uuid,
    Optional<ModelReference> model,
    List<SealedShard> shards,
    List<CommittedSegment> absorbed,
    Coverage coverage,
    long rows) {

  public SegmentPlan {
    Objects.requireNonNull(uuid, "uuid");
    Objects.requireNonNull(model, "model");
    shards = List.copyOf(shards);
    absorbed = List.copyOf(absorbed);
    Coverage fresh = fragmentsOf(shards);
    Coverage old = Coverage.union(absorbed.stream().map(CommittedSegment::coverage));
    if (coverage.isEmpty()
        || !coverage.containsAll(fresh)
        || !old.containsAll(coverage.minus(fresh))) {
      throw new IllegalArgumentException(
          "Plan "
              + uuid
              + " names coverage "
              + coverage
              + " but its shards cover "
              + fresh
              + " and the segments it absorbs "
              + old);
    }
    if (fresh.intersects(old)) {
      throw new IllegalArgumentException(
          "Plan " + uuid + " has fragments " + fresh.intersect(old) + " twice");
    }
    if (rows < 0) {
      throw new IllegalArgumentException("Plan " + uuid + " cannot have " + rows + " rows");
    }
  }

  /**
   * The plan of these inputs, its coverage and rows as of a manifest version.
   *
   * @param model that of the inputs, or one that theirs have grown to; a shard that is the whole
   *     plan keeps its own
   * @param uuids asked for the uuid, unless one shard's segment is the whole plan
   */
  public static SegmentPlan of(
      Optional<ModelReference> model,
      List<SealedShard> shards,
      List<CommittedSegment> absorbed,
      ManifestVersion manifest,
      Supplier<UUID> uuids) {
    Coverage kept =
        Coverage.union(absorbed.stream().map(CommittedSegment::coverage))
            .intersect(manifest.live());
    long rows = shards.stream().mapToLong(shard -> shard.rows().encoded()).sum();
    boolean built =
        absorbed.isEmpty() && shards.size() == 1 && shards.get(0).segments().size() == 1;
    return new SegmentPlan(
        built ? shards.get(0).segments().get(0) : uuids.get(),
        built ? shards.get(0).model() : model,
        shards,
        absorbed,
        fragmentsOf(shards).union(kept),
        rows + manifest.liveRows(kept));
  }

  /** The same plan, to be built under another uuid. */
  public SegmentPlan at(UUID other) {
    return new SegmentPlan(other, model, shards, absorbed, coverage, rows);
  }

  /** The fragments that the shards add to the index. */
  public Coverage fragments() {
    return fragmentsOf(shards);
  }

  /** The fragments whose rows an absorbed segment gives to the new one. */
  public Coverage kept(CommittedSegment absorbed) {
    return absorbed.coverage().intersect(coverage);
  }

  private static Coverage fragmentsOf(List<SealedShard> shards) {
    return Coverage.union(shards.stream().map(SealedShard::fragments));
  }
}
