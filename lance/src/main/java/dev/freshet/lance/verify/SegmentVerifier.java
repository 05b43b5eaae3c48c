package dev.freshet.lance.verify;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.lance.dataset.UnsearchableSegmentException;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.Distances;
import dev.freshet.lance.read.ForcedQuery;
import dev.freshet.lance.read.ForcedQuery.Neighbours;
import dev.freshet.lance.read.HiddenRows;
import dev.freshet.lance.read.QueryScopes;
import dev.freshet.lance.read.VectorSample;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Asks a segment for rows that it must know.
 *
 * <p>Vectors of sampled rows are searched for in their own partition, through the segment alone,
 * among the rows of some fragments around theirs ({@link QueryScopes}). A row is found if few codes
 * of the partition are nearer to its vector than its own: a healthy code is lossy but near its own
 * vector, while a corrupt one is anywhere. Few is 5 percent, and 20 percent for the one-bit codes
 * of IVF_RQ; by chance, as many corrupt rows are found. Equal distances, as duplicates have them,
 * do not count as nearer.
 *
 * <p>Measured with Lance's own segments, 8 to 768 dimensions: none or 1 of 100 healthy rows fails,
 * of damaged ones 90 to 100. IVF_RQ is the exception: Lance gives about half of the rows of a fresh
 * segment a code that is far from their vector, so 20 to 40 fail there, and 55 to 80 after a merge.
 *
 * <p>A row may be crowded out by rows that are truly as near: with dot, longer vectors. So it also
 * counts as found if at least half of what came instead is no farther by exact distance. Rows that
 * Lance hides itself ({@link HiddenRows}) do not count.
 */
public final class SegmentVerifier {

  private static final int MAX_NEIGHBOURS = 500;
  private static final double TOLERANCE = 1e-4;

  private final VectorColumn column;
  private final IndexType type;
  private final Metric metric;
  private final int samples;
  private final long seed;

  /**
   * @param type of the index
   * @param samples rows to search for
   * @param seed of the choice of rows
   */
  public SegmentVerifier(
      VectorColumn column, IndexType type, Metric metric, int samples, long seed) {
    this.column = column;
    this.type = type;
    this.metric = metric;
    this.samples = samples;
    this.seed = seed;
  }

  /**
   * Checks a segment in the version it was committed to; takes 2 queries a sample at most.
   *
   * @param coverage of the segment
   * @param partitions IVF partitions of the segment
   * @throws UnsearchableSegmentException if a query of the segment fails
   */
  public Verification verify(DatasetHandle detached, Coverage coverage, int partitions)
      throws IOException {
    VectorBatch rows = draw(detached, coverage);
    QueryScopes scopes = new QueryScopes(detached, coverage, partitions);
    List<Long> failed = new ArrayList<>();
    for (int i = 0; i < rows.rows(); i++) {
      float[] vector = row(rows.vectors(), i, column.dimension());
      QueryScopes.Scope scope = scopes.of(rows.rowIds()[i]);
      ForcedQuery query = new ForcedQuery(detached, column, scope.fragments());
      double perPartition = (double) scope.rows() / partitions;
      if (!answers(query, rows.rowIds()[i], vector, perPartition)) {
        failed.add(rows.rowIds()[i]);
      }
    }
    int hidden = hidden(detached, coverage, failed);
    return new Verification(rows.rows() - hidden, failed.size() - hidden);
  }

  /** How many rows no segment could make Lance answer. */
  private static int hidden(DatasetHandle handle, Coverage coverage, List<Long> rows)
      throws IOException {
    if (rows.isEmpty()) {
      return 0;
    }
    Roaring64Bitmap hidden = HiddenRows.of(handle, coverage);
    return (int) rows.stream().filter(hidden::contains).count();
  }

  /** Whether no sampled row of the segment's fragments can be searched for: it may be empty. */
  public boolean nothingToFind(DatasetHandle handle, Coverage coverage) throws IOException {
    return draw(handle, coverage).rows() == 0;
  }

  private VectorBatch draw(DatasetHandle handle, Coverage coverage) throws IOException {
    return new VectorSample(handle, column, metric, coverage).draw(samples, seed);
  }

  /** Sampling has read the rows already, so what fails here is the segment, or the store. */
  private boolean answers(ForcedQuery query, long rowId, float[] vector, double perPartition)
      throws IOException {
    try {
      return found(query, rowId, vector, perPartition);
    } catch (IOException | RuntimeException e) {
      throw LanceErrors.unsearchable(e);
    }
  }

  private boolean found(ForcedQuery query, long rowId, float[] vector, double perPartition)
      throws IOException {
    Neighbours neighbours = query.neighbours(vector, MAX_NEIGHBOURS);
    double rows = Math.max(perPartition, (double) neighbours.compared());
    int few = (int) Math.max(1, Math.min(MAX_NEIGHBOURS, type.traits().searchedShare() * rows));
    OptionalInt nearer = nearer(neighbours, rowId);
    if (nearer.isPresent() && nearer.getAsInt() < few) {
      return true;
    }
    float[] instead = query.vectors(vector, few);
    int count = instead.length / vector.length;
    double own = Distances.between(vector, vector, metric);
    double slack = TOLERANCE * Math.max(1, Distances.norm(vector));
    long noFarther =
        IntStream.range(0, count)
            .mapToObj(i -> row(instead, i, vector.length))
            .filter(other -> Distances.between(vector, other, metric) <= own + slack)
            .count();
    return count > 0 && 2 * noFarther >= count;
  }

  /** How many codes are nearer than that of the row; empty if the row did not come. */
  private static OptionalInt nearer(Neighbours neighbours, long rowId) {
    long[] rowIds = neighbours.rowIds();
    float[] distances = neighbours.distances();
    return IntStream.range(0, rowIds.length)
        .filter(i -> rowIds[i] == rowId)
        .map(
            own -> (int) IntStream.range(0, own).filter(i -> distances[i] < distances[own]).count())
        .findFirst();
  }

  private static float[] row(float[] vectors, int row, int dimension) {
    return Arrays.copyOfRange(vectors, row * dimension, (row + 1) * dimension);
  }
}
