package dev.freshet.vector.kernels;

import java.util.concurrent.atomic.AtomicInteger;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Finds the nearest centroid among the few whose bound, in few dimensions, is below the distance of
 * the best one so far: the same result as comparing all, for a part of the work.
 *
 * <p>Where the bounds exclude too little, all centroids are compared for a while.
 */
final class BoundedNearestCentroid implements NearestCentroid {
  private static final VectorSpecies<Float> SPECIES = PanelProduct.SPECIES;
  private static final int LANES = PanelProduct.LANES;
  private static final int TILE = PanelProduct.TILE;
  private static final int PANEL = PanelProduct.PANEL;
  private static final int BLOCK = 64;

  /** Bounds of a block that stay in the second-level cache. */
  private static final int BLOCK_BOUNDS = 1 << 16;

  /** Above one of so many, what is left is too much. */
  private static final int WORTH_ONE_OF = 8;

  /** Below this, no score overflows. */
  private static final float LARGEST = Float.MAX_VALUE / 8;

  /** Blocks in which all centroids are compared before bounds are tried again. */
  private static final int PAUSE = 31;

  private final ProjectedCentroids projected;
  private final PackedCentroids centroids;
  private final NearestCentroid all;
  private final float rounding;
  private final AtomicInteger pause = new AtomicInteger();

  /**
   * @param all compares all centroids
   */
  BoundedNearestCentroid(
      ProjectedCentroids projected, PackedCentroids centroids, NearestCentroid all) {
    this.projected = projected;
    this.centroids = centroids;
    this.all = all;
    this.rounding = (centroids.dimension() + projected.width()) * 0x1p-22f;
  }

  @Override
  public void assign(float[] vectors, int fromRow, int toRow, int[] nearest) {
    int most = BLOCK_BOUNDS / centroids.start().length / TILE * TILE;
    int blockRows = Math.max(TILE, Math.min(BLOCK, most));
    ProjectedBlock block = null;
    for (int row = fromRow; row < toRow; row += blockRows) {
      int end = Math.min(toRow, row + blockRows);
      if (pause.get() > 0) {
        pause.decrementAndGet();
        all.assign(vectors, row, end, nearest);
        continue;
      }
      if (block == null) {
        block = new ProjectedBlock(projected, centroids, blockRows);
      }
      block.load(vectors, row, end - row, rounding);
      int looked = 0;
      for (int r = row; r < end; r++) {
        looked += nearest(block, r - row, vectors, r, nearest);
      }
      if (looked > (long) (end - row) * centroids.count() / WORTH_ONE_OF) {
        pause.set(PAUSE);
      }
    }
  }

  /** Returns how many centroids were looked at. */
  private int nearest(ProjectedBlock block, int r, float[] vectors, int row, int[] nearest) {
    float squaredNorm = block.squaredNorm(r);
    int at = row * centroids.dimension();
    int first = block.least(r);
    double reach = Math.sqrt(squaredNorm) + projected.radius();
    float slack = (float) (rounding * reach * reach) - squaredNorm;
    if (first < 0 || !(reach * reach < LARGEST)) {
      nearest[row] = centroids.nearestByDifferences(-1, vectors, at);
      return 1;
    }
    float[] bounds = block.bounds();
    int from = r * block.stride();
    int best = first;
    float least = squaredDistance(vectors, at, first);
    int looked = 1;
    FloatVector limit = FloatVector.broadcast(SPECIES, least + slack);
    for (int i = 0; i < block.stride(); i += PANEL) {
      FloatVector a = FloatVector.fromArray(SPECIES, bounds, from + i);
      FloatVector b = FloatVector.fromArray(SPECIES, bounds, from + i + LANES);
      VectorMask<Float> below =
          a.compare(VectorOperators.LE, limit).or(b.compare(VectorOperators.LE, limit));
      if (below.anyTrue()) {
        for (int c = i; c < i + PANEL; c++) {
          if (c != first && bounds[from + c] <= least + slack) {
            float distance = squaredDistance(vectors, at, c);
            looked++;
            if (distance < least || (distance == least && c < best)) {
              least = distance;
              best = c;
            }
          }
        }
        limit = FloatVector.broadcast(SPECIES, least + slack);
      }
    }
    nearest[row] =
        least < Float.POSITIVE_INFINITY ? best : centroids.nearestByDifferences(-1, vectors, at);
    return looked;
  }

  private float squaredDistance(float[] vectors, int at, int centroid) {
    float[] c = centroids.centroids();
    int dimension = centroids.dimension();
    int centroidAt = centroid * dimension;
    int wide = dimension / (2 * PANEL) * (2 * PANEL);
    FloatVector sumA = FloatVector.zero(SPECIES);
    FloatVector sumB = sumA;
    FloatVector sumC = sumA;
    FloatVector sumD = sumA;
    for (int d = 0; d < wide; d += 2 * PANEL) {
      FloatVector a =
          FloatVector.fromArray(SPECIES, vectors, at + d)
              .sub(FloatVector.fromArray(SPECIES, c, centroidAt + d));
      sumA = a.fma(a, sumA);
      FloatVector b =
          FloatVector.fromArray(SPECIES, vectors, at + d + LANES)
              .sub(FloatVector.fromArray(SPECIES, c, centroidAt + d + LANES));
      sumB = b.fma(b, sumB);
      a =
          FloatVector.fromArray(SPECIES, vectors, at + d + PANEL)
              .sub(FloatVector.fromArray(SPECIES, c, centroidAt + d + PANEL));
      sumC = a.fma(a, sumC);
      b =
          FloatVector.fromArray(SPECIES, vectors, at + d + PANEL + LANES)
              .sub(FloatVector.fromArray(SPECIES, c, centroidAt + d + PANEL + LANES));
      sumD = b.fma(b, sumD);
    }
    float sum = sumA.add(sumB).add(sumC.add(sumD)).reduceLanes(VectorOperators.ADD);
    for (int d = wide; d < dimension; d++) {
      float difference = vectors[at + d] - c[centroidAt + d];
      sum += difference * difference;
    }
    return sum;
  }
}
