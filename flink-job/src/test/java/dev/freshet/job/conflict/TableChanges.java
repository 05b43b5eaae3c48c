package dev.freshet.job.conflict;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.lancedb.LanceDb;
import dev.freshet.job.writer.LanceWriter;
import dev.freshet.job.writer.TableFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.lance.Dataset;
import org.lance.Fragment;

/** What one writer does to a shared table; each writer has its own, seeded. */
final class TableChanges {

  private static final int MIN_ROWS = 20;
  private static final int MAX_ROWS = 200;
  private static final int REWRITTEN_ROWS = 12;
  private static final long TARGET_ROWS = 2000;

  private final LanceWriter writer;
  private final SharedRows rows;
  private final ClusteredVectors vectors;
  private final SplittableRandom random;

  TableChanges(
      BufferAllocator allocator, TableFormat format, SharedRows rows, int dimension, long seed) {
    this.writer = new LanceWriter(allocator, format);
    this.rows = rows;
    this.vectors = new ClusteredVectors(dimension, seed);
    this.random = new SplittableRandom(seed);
  }

  /** Appends a small fragment. */
  Change append(int appender) {
    return dataset -> append(dataset, appender, random.nextInt(MIN_ROWS, MAX_ROWS + 1));
  }

  /** Appends one fragment. */
  long append(Dataset dataset, int appender, int count) {
    int first = rows.next(appender);
    List<Integer> ids = IntStream.range(first, first + count).boxed().toList();
    long version = writer.append(dataset, ids, vectors.next(count));
    rows.appended(appender, count);
    return version;
  }

  /** Deletes rows by a predicate. */
  Change delete() {
    SharedRows.Selection gone = rows.some(random);
    return dataset -> {
      long version = LanceWriter.delete(dataset, gone.predicate());
      rows.deleted(gone);
      return version;
    };
  }

  /** Gives a few rows other vectors, which puts them into a new fragment. */
  Change update() {
    List<Integer> ids = rows.sample(random);
    return dataset ->
        ids.isEmpty() ? dataset.version() : writer.update(dataset, ids, vectors.next(ids.size()));
  }

  /** Gives a few rows of one fragment other vectors in their place. */
  Change rewrite() {
    return this::rewrite;
  }

  private long rewrite(Dataset dataset) throws IOException {
    List<Fragment> fragments = dataset.getFragments();
    int fragment = fragments.get(random.nextInt(fragments.size())).getId();
    List<Integer> there = writer.ids(dataset, fragment);
    List<Integer> ids = there.subList(0, Math.min(REWRITTEN_ROWS, there.size()));
    return ids.isEmpty()
        ? dataset.version()
        : writer.rewrite(dataset, fragment, ids, vectors.next(ids.size()));
  }

  /** Lance's own compaction, with its remap. */
  static Change compact() {
    return dataset -> LanceWriter.compact(dataset, TARGET_ROWS);
  }

  /** Lance's own maintenance of an index. */
  static Change optimize(String index) {
    return dataset -> LanceWriter.optimize(dataset, index);
  }

  /** LanceDB's maintenance of a whole table, which says nothing of the versions it makes. */
  static Change optimize(LanceDb lanceDb, Path database) {
    return dataset -> {
      lanceDb.act(database, "optimize", Map.of());
      return dataset.version();
    };
  }
}
