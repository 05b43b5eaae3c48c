package dev.freshet.job.crash;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.lancedb.LanceDb;
import dev.freshet.job.writer.LanceTable;
import dev.freshet.job.writer.LanceWriter;
import dev.freshet.lance.sample.VectorTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.cleanup.CleanupPolicy;

/**
 * What other writers do to the table meanwhile: appends, deletes, updates, compactions. It knows
 * which rows should be there in the end.
 */
final class Churn implements AutoCloseable {

  private static final int DELETE_EVERY = 9;
  private static final int COMPACT_EVERY = 70;
  private static final int DELETED_SHARE = 31;
  private static final int UPDATED_ROWS = 20;
  private static final int MAX_ATTEMPTS = 20;

  /** In each dimension, of values whose spread is about 2. */
  private static final float FAR = 10;

  private final BufferAllocator allocator = new RootAllocator();
  private final Path table;
  private final LanceWriter writer;
  private final ClusteredVectors vectors;
  private final SplittableRandom random;
  private final TableShape shape;
  private final Optional<LanceDb> newest;
  private final BitSet expected = new BitSet();
  private float away;
  private int nextId;
  private int steps;

  private Churn(Path table, TableShape shape, long seed, Optional<LanceDb> newest) {
    this.table = table;
    this.shape = shape;
    this.newest = newest;
    this.writer = new LanceWriter(allocator, shape.format());
    this.vectors = new ClusteredVectors(shape.dimension(), seed);
    this.random = new SplittableRandom(seed);
  }

  /**
   * Creates the table with its first rows.
   *
   * @param newest optimizes it when asked to; the table is then the one of its database
   */
  static Churn create(Path table, TableShape shape, long seed, Optional<LanceDb> newest)
      throws IOException {
    Churn churn = new Churn(table, shape, seed, newest);
    churn.writer.create(table.toString(), shape.dimension());
    churn.fill();
    return churn;
  }

  /** Appends as many rows as there were first. */
  void fill() throws IOException {
    append(shape.fillRows());
  }

  /** Appends rows of clusters that are far from all others, as are those of later appends. */
  void drift() throws IOException {
    away += FAR;
    append(shape.fillRows() / 5);
  }

  /** One small change. */
  void step() throws IOException {
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
  void append() throws IOException {
    append(1 + random.nextInt(shape.appendRows()));
  }

  private void append(int rows) throws IOException {
    List<Integer> ids = IntStream.range(nextId, nextId + rows).boxed().toList();
    float[] batch = vectors.next(rows);
    for (int i = 0; i < batch.length; i++) {
      batch[i] += away;
    }
    change(dataset -> writer.append(dataset, ids, batch));
    expected.set(nextId, nextId + rows);
    nextId += rows;
  }

  /** Every 31st row, more or less. */
  void delete() throws IOException {
    int rest = random.nextInt(DELETED_SHARE);
    String predicate = VectorTable.ID + " % " + DELETED_SHARE + " = " + rest;
    change(dataset -> LanceWriter.delete(dataset, predicate));
    for (int id = rest; id < expected.length(); id += DELETED_SHARE) {
      expected.clear(id);
    }
  }

  /** Other vectors for some rows, which move to a fragment of their own. */
  void update() throws IOException {
    int[] there = expected.stream().toArray();
    List<Integer> ids =
        random.ints(UPDATED_ROWS, 0, there.length).map(i -> there[i]).distinct().boxed().toList();
    float[] batch = vectors.next(ids.size());
    change(dataset -> writer.update(dataset, ids, batch));
  }

  /** Other vectors for some rows of one fragment, where they are. */
  void updateInPlace() throws IOException {
    int drawn = random.nextInt(Integer.MAX_VALUE);
    float[] batch = vectors.next(UPDATED_ROWS);
    change(
        dataset -> {
          List<Fragment> fragments = dataset.getFragments();
          int fragment = fragments.get(drawn % fragments.size()).getId();
          List<Integer> ids = writer.ids(dataset, fragment).stream().limit(UPDATED_ROWS).toList();
          float[] values = Arrays.copyOf(batch, ids.size() * shape.dimension());
          writer.rewrite(dataset, fragment, ids, values);
        });
  }

  /** As another writer does, with Lance's own remap. */
  void compact() throws IOException {
    change(dataset -> LanceWriter.compact(dataset, 4L * shape.appendRows()));
  }

  /**
   * As another writer does that keeps the index itself: fragments without a segment get one, merged
   * with the last. If the stream was faster it is left.
   */
  void optimize() throws IOException {
    unlessLost(() -> attempt(dataset -> LanceWriter.optimize(dataset, TableShape.INDEX)));
  }

  /** The same by the newest LanceDB, which compacts, too; nothing if it is not there. */
  void optimizeByLanceDb() throws IOException {
    if (newest.isPresent()) {
      unlessLost(() -> newest.get().act(table.getParent(), "optimize", Map.of()));
    }
  }

  /** Removes old versions and what only they name, as any owner of a table does. */
  void forgetVersions(Duration retention) throws IOException {
    CleanupPolicy policy =
        CleanupPolicy.builder()
            .withBeforeTimestampMillis(Instant.now().minus(retention).toEpochMilli())
            .build();
    attempt(dataset -> dataset.cleanupWithPolicy(policy));
  }

  /** Ids of the rows that should be there. */
  BitSet expected() {
    return expected;
  }

  private interface Change {
    void apply(Dataset dataset) throws IOException;
  }

  private interface Attempt {
    void make() throws IOException;
  }

  /** As any writer must: another one, the stream among them, may be faster. */
  private void change(Change change) throws IOException {
    boolean landed = false;
    for (int attempt = 1; !landed; attempt++) {
      try {
        attempt(change);
        landed = true;
      } catch (RuntimeException e) {
        if (attempt == MAX_ATTEMPTS || !LanceWriter.isConflict(e)) {
          throw e;
        }
      }
    }
  }

  private void attempt(Change change) throws IOException {
    try (Dataset dataset = LanceTable.open(table, allocator)) {
      change.apply(dataset);
    }
  }

  private static void unlessLost(Attempt attempt) throws IOException {
    try {
      attempt.make();
    } catch (IOException | RuntimeException e) {
      if (!LanceWriter.isConflict(e) && !LanceWriter.isUnable(e)) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    allocator.close();
  }
}
