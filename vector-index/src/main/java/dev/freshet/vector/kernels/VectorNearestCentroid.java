package dev.freshet.vector.kernels;

/**
 * The scores of all centroids, of which only the least of each row and lane is kept. A block of
 * vectors stays in the second-level cache while all panels pass it.
 */
final class VectorNearestCentroid implements NearestCentroid {
  private static final int PANEL = PanelProduct.PANEL;
  private static final int TILE = PanelProduct.TILE;
  private static final int TILES = 16;
  private static final int BLOCK = TILE * TILES;

  private final PackedCentroids centroids;
  private final PanelProduct product;

  VectorNearestCentroid(PackedCentroids centroids) {
    this.centroids = centroids;
    this.product = new PanelProduct(centroids.panels(), centroids.start(), centroids.depth());
  }

  @Override
  public void assign(float[] vectors, int fromRow, int toRow, int[] nearest) {
    int blockRows = Math.min(BLOCK, (toRow - fromRow + TILE - 1) / TILE * TILE);
    VectorBlock block = new VectorBlock(blockRows, centroids.dimension(), centroids.depth());
    for (int row = fromRow; row < toRow; row += BLOCK) {
      int rows = Math.min(BLOCK, toRow - row);
      block.load(vectors, row, rows, centroids.shift());
      for (int panel = 0; panel < centroids.panelCount(); panel++) {
        score(block, panel);
      }
      for (int r = 0; r < rows; r++) {
        int candidate = block.nearest(r);
        nearest[row + r] =
            centroids.settle(
                candidate,
                block.score(r, candidate),
                block.squaredNorm(r),
                vectors,
                (row + r) * centroids.dimension());
      }
    }
  }

  private void score(VectorBlock block, int panel) {
    product.multiply(block.vectors(), block.tiles(), panel, block.scores(), 0, PANEL);
    block.keepLeast(panel * 2);
  }
}
