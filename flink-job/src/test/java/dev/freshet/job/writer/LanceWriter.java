package dev.freshet.job.writer;

import dev.freshet.lance.sample.VectorTable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.Transaction;
import org.lance.WriteParams;
import org.lance.compaction.CompactionOptions;
import org.lance.fragment.FragmentUpdateResult;
import org.lance.index.OptimizeOptions;
import org.lance.ipc.LanceScanner;
import org.lance.ipc.ScanOptions;
import org.lance.merge.MergeInsertParams;
import org.lance.operation.Append;
import org.lance.operation.Operation;
import org.lance.operation.Update;

/**
 * Changes a table of {@code id: int64} and {@code vector: float32[dimension]} by plain Lance: each
 * change is one attempt from the open version, and gives the version that it made.
 */
public final class LanceWriter {

  private static final List<String> CONFLICTS =
      List.of("Retryable commit conflict", "Commit conflict for version", "Too many concurrent");

  /** Of rows to move when partitions are joined: more entries than there are rows for them. */
  /** As a partition is joined, or its rows are read again. */
  private static final List<String> DEAD_ENTRIES =
      List.of(
          "batch.num_rows() != chunk.len()",
          "all columns in a record batch must have the same length");

  private final BufferAllocator allocator;
  private final TableFormat format;

  public LanceWriter(BufferAllocator allocator, TableFormat format) {
    this.allocator = allocator;
    this.format = format;
  }

  /** Creates an empty table. */
  public void create(String uri, int dimension) {
    Dataset.write()
        .allocator(allocator)
        .uri(uri)
        .schema(RowBatch.schema(dimension))
        .mode(WriteParams.WriteMode.CREATE)
        .dataStorageVersion(format.storage())
        .enableStableRowIds(format.stableRowIds())
        .execute()
        .close();
  }

  /**
   * Appends one fragment.
   *
   * @param vectors shape [ids][dimension]
   */
  public long append(Dataset dataset, List<Integer> ids, float[] vectors) {
    WriteParams params = new WriteParams.Builder().withDataStorageVersion(format.storage()).build();
    List<FragmentMetadata> fragments;
    try (VectorSchemaRoot batch = RowBatch.of(allocator, dataset.getSchema(), ids, vectors)) {
      fragments =
          Fragment.write()
              .datasetUri(dataset.uri())
              .allocator(allocator)
              .data(batch)
              .writeParams(params)
              .execute();
    }
    return commit(dataset, Append.builder().fragments(fragments).build());
  }

  /** Gives rows other vectors, which puts them into a new fragment. */
  public long update(Dataset dataset, List<Integer> ids, float[] vectors) throws IOException {
    MergeInsertParams onId =
        new MergeInsertParams(List.of(VectorTable.ID))
            .withMatchedUpdateAll()
            .withNotMatched(MergeInsertParams.WhenNotMatched.DoNothing);
    try (ArrowReader rows = reader(dataset, ids, vectors);
        ArrowArrayStream source = stream(rows);
        Dataset updated = dataset.mergeInsert(onId, source).dataset()) {
      return updated.version();
    }
  }

  /** Gives rows of one fragment other vectors in their place. */
  public long rewrite(Dataset dataset, int fragment, List<Integer> ids, float[] vectors)
      throws IOException {
    FragmentUpdateResult rewritten;
    try (ArrowReader rows = reader(dataset, ids, vectors);
        ArrowArrayStream source = stream(rows)) {
      rewritten =
          dataset.getFragment(fragment).updateColumns(source, VectorTable.ID, VectorTable.ID);
    }
    return commit(
        dataset,
        Update.builder()
            .updatedFragments(List.of(rewritten.getUpdatedFragment()))
            .fieldsModified(rewritten.getFieldsModified())
            .updateMode(Optional.of(Update.UpdateMode.RewriteColumns))
            .build());
  }

  /** The ids of a fragment's live rows. */
  @SuppressWarnings("try") // Lance declares that closing may throw anything
  public List<Integer> ids(Dataset dataset, int fragment) throws IOException {
    ScanOptions options =
        new ScanOptions.Builder()
            .columns(List.of(VectorTable.ID))
            .fragmentIds(List.of(fragment))
            .build();
    List<Integer> ids = new ArrayList<>();
    try (LanceScanner scanner = LanceScanner.create(dataset, options, allocator);
        ArrowReader reader = scanner.scanBatches()) {
      while (reader.loadNextBatch()) {
        BigIntVector batch = (BigIntVector) reader.getVectorSchemaRoot().getVector(VectorTable.ID);
        for (int row = 0; row < batch.getValueCount(); row++) {
          ids.add((int) batch.get(row));
        }
      }
      return ids;
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) { // what a scanner declares
      throw new IOException("Cannot close a scan of fragment " + fragment, e);
    }
  }

  /** Deletes rows by a SQL predicate. */
  public static long delete(Dataset dataset, String predicate) {
    dataset.delete(predicate);
    return dataset.version();
  }

  /** Lance's own compaction, with its remap. */
  public static long compact(Dataset dataset, long targetRows) {
    dataset.compact(CompactionOptions.builder().withTargetRowsPerFragment(targetRows).build());
    return dataset.version();
  }

  /** Lance's own maintenance of an index: what is uncovered is indexed and merged in. */
  public static long optimize(Dataset dataset, String index) {
    dataset.optimizeIndices(OptimizeOptions.builder().indexNames(List.of(index)).build());
    return dataset.version();
  }

  /** Whether another writer was faster; Lance has no type for it, and LanceDB only the text. */
  public static boolean isConflict(Exception e) {
    return CONFLICTS.stream().anyMatch(String.valueOf(e.getMessage())::contains);
  }

  /**
   * Whether Lance could not do it by itself: its own maintenance of an index gives up at entries of
   * dead rows, where row ids are stable.
   */
  public static boolean isUnable(Exception e) {
    return DEAD_ENTRIES.stream().anyMatch(String.valueOf(e.getMessage())::contains);
  }

  private static long commit(Dataset dataset, Operation operation) {
    try (Transaction transaction =
            new Transaction.Builder().readVersion(dataset.version()).operation(operation).build();
        Dataset committed = new CommitBuilder(dataset).execute(transaction)) {
      return committed.version();
    }
  }

  private ArrowArrayStream stream(ArrowReader rows) {
    ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator);
    Data.exportArrayStream(allocator, rows, stream);
    return stream;
  }

  private ArrowReader reader(Dataset dataset, List<Integer> ids, float[] vectors)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (VectorSchemaRoot batch = RowBatch.of(allocator, dataset.getSchema(), ids, vectors);
        ArrowStreamWriter writer = new ArrowStreamWriter(batch, null, bytes)) {
      writer.writeBatch();
    }
    return new ArrowStreamReader(new ByteArrayInputStream(bytes.toByteArray()), allocator);
  }
}
