package dev.freshet.job.conflict;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.operators.lance.VectorTable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.Transaction;
import org.lance.WriteParams;
import org.lance.compaction.CompactionOptions;
import org.lance.index.OptimizeOptions;
import org.lance.merge.MergeInsertParams;
import org.lance.operation.Append;

/** What one writer does to a shared table; each writer has its own, seeded. */
final class TableChanges {

  private static final int LEAST_ROWS = 20;
  private static final int MOST_ROWS = 200;
  private static final long TARGET_ROWS = 2000;

  private final BufferAllocator allocator;
  private final SharedRows rows;
  private final ClusteredVectors vectors;
  private final SplittableRandom random;

  TableChanges(BufferAllocator allocator, SharedRows rows, int dimension, long seed) {
    this.allocator = allocator;
    this.rows = rows;
    this.vectors = new ClusteredVectors(dimension, seed);
    this.random = new SplittableRandom(seed);
  }

  /** Appends a small fragment. */
  Change append(int appender) {
    return dataset -> append(dataset, appender, random.nextInt(LEAST_ROWS, MOST_ROWS + 1));
  }

  /** Appends one fragment. */
  long append(Dataset dataset, int appender, int count) {
    int first = rows.next(appender);
    List<Integer> ids = IntStream.range(first, first + count).boxed().toList();
    List<FragmentMetadata> fragments;
    try (VectorSchemaRoot batch = batch(dataset, ids)) {
      fragments =
          Fragment.write()
              .datasetUri(dataset.uri())
              .allocator(allocator)
              .data(batch)
              .writeParams(new WriteParams.Builder().build())
              .execute();
    }
    try (Transaction append =
            new Transaction.Builder()
                .readVersion(dataset.version())
                .operation(Append.builder().fragments(fragments).build())
                .build();
        Dataset appended = new CommitBuilder(dataset).execute(append)) {
      rows.appended(appender, count);
      return appended.version();
    }
  }

  /** Deletes rows by a predicate. */
  Change delete() {
    SharedRows.Selection gone = rows.some(random);
    return dataset -> {
      dataset.delete(gone.predicate());
      rows.deleted(gone);
      return dataset.version();
    };
  }

  /** Gives a few rows other vectors, which puts them into a new fragment. */
  Change update() {
    List<Integer> ids = rows.sample(random);
    return dataset -> ids.isEmpty() ? dataset.version() : update(dataset, ids);
  }

  private long update(Dataset dataset, List<Integer> ids) throws IOException {
    MergeInsertParams onId =
        new MergeInsertParams(List.of(VectorTable.ID))
            .withMatchedUpdateAll()
            .withNotMatched(MergeInsertParams.WhenNotMatched.DoNothing);
    byte[] batch = stream(dataset, ids);
    try (ArrowStreamReader reader =
            new ArrowStreamReader(new ByteArrayInputStream(batch), allocator);
        ArrowArrayStream source = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, source);
      try (Dataset updated = dataset.mergeInsert(onId, source).dataset()) {
        return updated.version();
      }
    }
  }

  private byte[] stream(Dataset dataset, List<Integer> ids) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (VectorSchemaRoot batch = batch(dataset, ids);
        ArrowStreamWriter writer = new ArrowStreamWriter(batch, null, bytes)) {
      writer.writeBatch();
    }
    return bytes.toByteArray();
  }

  private VectorSchemaRoot batch(Dataset dataset, List<Integer> ids) {
    return RowBatch.of(allocator, dataset.getSchema(), ids, vectors.next(ids.size()));
  }

  /** Lance's own compaction, with its remap. */
  static Change compact() {
    return dataset -> {
      dataset.compact(CompactionOptions.builder().withTargetRowsPerFragment(TARGET_ROWS).build());
      return dataset.version();
    };
  }

  /** Lance's own maintenance of an index: what is uncovered is indexed and merged in. */
  static Change optimize(String index) {
    return dataset -> {
      dataset.optimizeIndices(OptimizeOptions.builder().indexNames(List.of(index)).build());
      return dataset.version();
    };
  }
}
