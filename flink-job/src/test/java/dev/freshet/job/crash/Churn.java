package dev.freshet.job.crash;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.operators.lance.DatasetHandle;
import dev.freshet.operators.lance.DatasetLocation;
import dev.freshet.operators.lance.DatasetVersions;
import dev.freshet.operators.lance.LanceIndexing;
import dev.freshet.operators.lance.VectorTable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.lance.Dataset;
import org.lance.cleanup.CleanupPolicy;

/**
 * What other writers do to the table meanwhile: appends, deletes, compactions. It knows which rows
 * should be there in the end.
 */
final class Churn implements AutoCloseable {

  private static final int DELETE_EVERY = 9;
  private static final int COMPACT_EVERY = 70;
  private static final int DELETED_SHARE = 31;

  private static final long ARROW_BYTES = 1L << 30;

  private final DatasetLocation location;
  private final VectorTable table;
  private final ClusteredVectors vectors;
  private final SplittableRandom random;
  private final TableShape shape;
  private final BitSet expected = new BitSet();
  private int steps;

  private Churn(DatasetLocation location, TableShape shape, long seed) {
    this.location = location;
    this.table = VectorTable.create(location, shape.dimension());
    this.shape = shape;
    this.vectors = new ClusteredVectors(shape.dimension(), seed);
    this.random = new SplittableRandom(seed);
  }

  /** Creates the table with its first rows. */
  static Churn create(Path path, TableShape shape, long seed) {
    Churn churn = new Churn(DatasetLocation.of(path.toString()), shape, seed);
    churn.fill();
    return churn;
  }

  /** Appends as many rows as there were first. */
  void fill() {
    append(shape.fillRows());
  }

  /** One small change. */
  void step() {
    steps++;
    append();
    if (steps % DELETE_EVERY == 0) {
      delete();
    }
    if (steps % COMPACT_EVERY == 0) {
      compact();
    }
  }

  /** A few rows. */
  void append() {
    append(1 + random.nextInt(shape.appendRows()));
  }

  private void append(int rows) {
    long first = table.appendedRows();
    table.append(vectors.next(rows), rows);
    expected.set((int) first, (int) (first + rows));
  }

  /** Every 31st row, more or less. */
  void delete() {
    int rest = random.nextInt(DELETED_SHARE);
    table.delete(VectorTable.ID + " % " + DELETED_SHARE + " = " + rest);
    for (int id = rest; id < expected.length(); id += DELETED_SHARE) {
      expected.clear(id);
    }
  }

  /** As another writer does, with Lance's own remap. */
  void compact() {
    table.compact(4L * shape.appendRows());
  }

  /**
   * As another writer does that keeps the index itself: fragments without a segment get one, merged
   * with the last. If the stream was faster it is left.
   */
  void optimize() {
    try (DatasetVersions versions = new DatasetVersions(location, ARROW_BYTES);
        DatasetHandle dataset = versions.latest()) {
      new LanceIndexing(dataset, dataset.column(VectorTable.VECTOR)).optimize(TableShape.INDEX);
    } catch (RuntimeException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.contains("conflict") && !message.contains("concurrent")) {
        throw e;
      }
    }
  }

  /** Removes old versions and what only they name, as any owner of a table does. */
  void forgetVersions(Duration retention) {
    CleanupPolicy policy =
        CleanupPolicy.builder()
            .withBeforeTimestampMillis(Instant.now().minus(retention).toEpochMilli())
            .build();
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = Dataset.open().allocator(allocator).uri(location.uri()).build()) {
      dataset.cleanupWithPolicy(policy);
    }
  }

  /** Ids of the rows that should be there. */
  BitSet expected() {
    return expected;
  }

  @Override
  public void close() {
    table.close();
  }
}
