package dev.freshet.sql.source;

import dev.freshet.lance.dataset.DatasetLocation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Transaction;
import org.lance.WriteParams;
import org.lance.compaction.CompactionOptions;
import org.lance.fragment.FragmentUpdateResult;
import org.lance.merge.MergeInsertParams;
import org.lance.operation.Update;
import org.lance.schema.ColumnAlteration;
import org.lance.schema.SqlExpressions;

/** A dataset of ids, titles and counts whose rows other programs update in each way there is. */
final class UpdatedTable implements AutoCloseable {

  private static final Field ID =
      new Field("id", FieldType.notNullable(new ArrowType.Int(64, true)), List.of());
  private static final Field TITLE = Field.nullable("title", ArrowType.Utf8.INSTANCE);
  private static final Field COUNT = Field.nullable("amount", new ArrowType.Int(32, true));

  private final BufferAllocator allocator = new RootAllocator();
  private final Path path;
  private final boolean stableRowIds;

  UpdatedTable(Path path, boolean stableRowIds) {
    this.path = path;
    this.stableRowIds = stableRowIds;
  }

  DatasetLocation location() {
    return DatasetLocation.of(path.toString());
  }

  /** Writes ids from..to-1, titled {@code first}, as one fragment. */
  void append(long from, long to) throws Exception {
    boolean create = !path.toFile().exists();
    try (ArrowReader rows = reader(List.of(ID, TITLE, COUNT), from, to, "first")) {
      Dataset.write()
          .allocator(allocator)
          .reader(rows)
          .uri(path.toString())
          .mode(create ? WriteParams.WriteMode.CREATE : WriteParams.WriteMode.APPEND)
          .enableStableRowIds(stableRowIds)
          .execute()
          .close();
    }
  }

  /** Merge-inserts whole rows: Lance writes a new fragment of them. */
  void merge(long from, long to, String title) throws Exception {
    merge(List.of(ID, TITLE, COUNT), from, to, title);
  }

  /** Merge-inserts titles alone; the other values of the rows stay. */
  void mergeTitles(long from, long to, String title) throws Exception {
    merge(List.of(ID, TITLE), from, to, title);
  }

  private void merge(List<Field> columns, long from, long to, String title) throws Exception {
    MergeInsertParams params =
        new MergeInsertParams(List.of("id"))
            .withMatchedUpdateAll()
            .withNotMatched(MergeInsertParams.WhenNotMatched.DoNothing);
    try (Dataset dataset = open();
        ArrowReader rows = reader(columns, from, to, title);
        ArrowArrayStream stream = stream(rows)) {
      dataset.mergeInsert(params, stream).dataset().close();
    }
  }

  /** Rewrites a column of a fragment in place, as a job that fills it does. */
  void rewriteTitles(int fragment, long from, long to, String title) throws Exception {
    try (Dataset dataset = open();
        ArrowReader rows = reader(List.of(ID, TITLE), from, to, title);
        ArrowArrayStream stream = stream(rows)) {
      FragmentUpdateResult result = dataset.getFragment(fragment).updateColumns(stream, "id", "id");
      Update update =
          Update.builder()
              .updatedFragments(List.of(result.getUpdatedFragment()))
              .fieldsModified(result.getFieldsModified())
              .updateMode(Optional.of(Update.UpdateMode.RewriteColumns))
              .build();
      try (Transaction transaction =
          new Transaction.Builder().readVersion(dataset.version()).operation(update).build()) {
        new CommitBuilder(dataset).execute(transaction).close();
      }
    }
  }

  void delete(String predicate) {
    try (Dataset dataset = open()) {
      dataset.delete(predicate);
    }
  }

  void compact() {
    try (Dataset dataset = open()) {
      dataset.compact(CompactionOptions.builder().withTargetRowsPerFragment(1000).build());
    }
  }

  void addColumn(String name, String expression) {
    try (Dataset dataset = open()) {
      dataset.addColumns(
          new SqlExpressions.Builder().withExpression(name, expression).build(), Optional.empty());
    }
  }

  void renameColumn(String from, String to) {
    try (Dataset dataset = open()) {
      dataset.alterColumns(List.of(new ColumnAlteration.Builder(from).rename(to).build()));
    }
  }

  long version() {
    try (Dataset dataset = open()) {
      return dataset.version();
    }
  }

  private Dataset open() {
    return Dataset.open().allocator(allocator).uri(path.toString()).build();
  }

  private ArrowArrayStream stream(ArrowReader rows) {
    ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator);
    Data.exportArrayStream(allocator, rows, stream);
    return stream;
  }

  private ArrowReader reader(List<Field> columns, long from, long to, String title)
      throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (VectorSchemaRoot root =
        VectorSchemaRoot.create(new Schema(new ArrayList<>(columns)), allocator)) {
      int rows = (int) (to - from);
      root.allocateNew();
      for (int row = 0; row < rows; row++) {
        ((BigIntVector) root.getVector("id")).setSafe(row, from + row);
        ((VarCharVector) root.getVector("title"))
            .setSafe(row, title.getBytes(StandardCharsets.UTF_8));
        if (columns.contains(COUNT)) {
          ((IntVector) root.getVector("amount")).setSafe(row, row);
        }
      }
      root.setRowCount(rows);
      try (ArrowStreamWriter writer = new ArrowStreamWriter(root, null, out)) {
        writer.writeBatch();
      }
    }
    return new ArrowStreamReader(new ByteArrayInputStream(out.toByteArray()), allocator);
  }

  @Override
  public void close() {
    allocator.close();
  }
}
