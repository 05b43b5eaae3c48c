package dev.freshet.state.planning;

/**
 * How many segments an index may have: a tiered policy, after Lucene's TieredMergePolicy.
 *
 * <p>Tier 0 holds the segments of at most {@code floorRows} live rows, tier {@code k} those of at
 * most {@code floorRows * segmentsPerTier^k}. A tier with {@code segmentsPerTier} members is
 * merged. Segments of more than half of {@code maxSegmentRows} are full: they are left alone.
 *
 * @param segmentsPerTier members at which a tier is merged, and how many one merge takes at most
 * @param floorRows live rows below which segments count as equally small
 * @param maxSegmentRows live rows of a segment at most; exceeded only by what cannot be divided
 */
public record SegmentPolicy(int segmentsPerTier, long floorRows, long maxSegmentRows) {

  public static final SegmentPolicy DEFAULT = new SegmentPolicy(8, 50_000, 8_000_000);

  /** All rows in one segment, however often they are written again for that. */
  public static final SegmentPolicy ONE =
      new SegmentPolicy(2, Long.MAX_VALUE >> 2, Long.MAX_VALUE >> 2);

  public SegmentPolicy {
    if (segmentsPerTier < 2
        || floorRows < 1
        || maxSegmentRows < floorRows
        || maxSegmentRows > Long.MAX_VALUE / segmentsPerTier) {
      throw new IllegalArgumentException(
          "A tier needs at least 2 segments, a floor of at least 1 row and a maximum above it: "
              + segmentsPerTier
              + ", "
              + floorRows
              + ", "
              + maxSegmentRows);
    }
  }

  /** The tier of a segment that is not full. */
  int tier(long rows) {
    int tier = 0;
    for (long limit = floorRows; rows > limit; limit *= segmentsPerTier) {
      tier++;
    }
    return tier;
  }

  boolean full(long rows) {
    return rows > maxSegmentRows / 2;
  }

  /**
   * The segments of one model that an index of so many live rows can have after a plan was
   * published: {@code segmentsPerTier - 1} in each tier, and full ones of more than half of {@code
   * maxSegmentRows} each.
   */
  public long maxSegments(long liveRows) {
    long tiers = tier(maxSegmentRows / 2) + 1L;
    return tiers * (segmentsPerTier - 1) + liveRows / (maxSegmentRows / 2 + 1);
  }
}
