package dev.freshet.lance;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LanceDatasets;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.lance.dataset.VectorColumn.Element;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Transaction;
import org.lance.WriteParams.WriteMode;
import org.lance.compaction.CompactionOptions;
import org.lance.fragment.DataFile;
import org.lance.fragment.FragmentUpdateResult;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;
import org.lance.merge.MergeInsertParams;
import org.lance.operation.Update;

/**
 * A dataset on disk with the columns {@code id: int64}, which counts the rows as they are appended,
 * and {@code vec}. Closing it fails if an Arrow buffer leaked.
 */
public final class TestDataset implements AutoCloseable {

  public static final String COLUMN = "vec";

  private final BufferAllocator allocator = new RootAllocator();
  private final LanceDatasets datasets = new LanceDatasets(1L << 30);
  private final Path path;
  private final Element element;
  private final int dimension;
  private final boolean stableRowIds;
  private final String storageVersion;
  private long rows;

  private TestDataset(
      Path path, Element element, int dimension, boolean stableRowIds, String storageVersion) {
    this.path = path;
    this.element = element;
    this.dimension = dimension;
    this.stableRowIds = stableRowIds;
    this.storageVersion = storageVersion;
  }

  public static TestDataset create(
      Path path, Element element, int dimension, boolean stableRowIds) {
    return new TestDataset(path, element, dimension, stableRowIds, "2.1");
  }

  /** Float32, row ids that are addresses, the given rows in fragments of the given size. */
  public static TestDataset of(Path path, TestVectors vectors, int rowsPerFragment) {
    TestDataset dataset = create(path, Element.FLOAT32, vectors.dimension(), false);
    dataset.append(vectors, rowsPerFragment, new BitSet());
    return dataset;
  }

  /** The same, its files in another format than 2.1. */
  public static TestDataset of(
      Path path, TestVectors vectors, int rowsPerFragment, String storageVersion) {
    TestDataset dataset =
        new TestDataset(path, Element.FLOAT32, vectors.dimension(), false, storageVersion);
    dataset.append(vectors, rowsPerFragment, new BitSet());
    return dataset;
  }

  public Path path() {
    return path;
  }

  public DatasetLocation location() {
    return DatasetLocation.of(path.toString());
  }

  /** Files beside Lance's own. */
  public DatasetFiles files() {
    return new LocalDatasetFiles(path);
  }

  public LanceDatasets datasets() {
    return datasets;
  }

  public DatasetHandle open() {
    return datasets.open(location());
  }

  /** Puts other rows in the place of all. */
  public void overwrite(TestVectors vectors, int rowsPerFragment) {
    write(vectors, rowsPerFragment, new BitSet(), WriteMode.OVERWRITE);
  }

  /** Appends rows; those in {@code nulls} get no vector. */
  public void append(TestVectors vectors, int rowsPerFragment, BitSet nulls) {
    write(vectors, rowsPerFragment, nulls, rows == 0 ? WriteMode.CREATE : WriteMode.APPEND);
  }

  private void write(TestVectors vectors, int rowsPerFragment, BitSet nulls, WriteMode mode) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema(), allocator)) {
      fill(root, vectors, nulls, rows);
      try (ArrowReader reader = new ArrowStreamReader(stream(root), allocator)) {
        Dataset written =
            Dataset.write()
                .allocator(allocator)
                .reader(reader)
                .uri(path.toString())
                .mode(mode)
                .maxRowsPerFile(rowsPerFragment)
                .enableStableRowIds(stableRowIds)
                .dataStorageVersion(storageVersion)
                .execute();
        written.close();
        rows += vectors.rows();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void append(TestVectors vectors, int rowsPerFragment) {
    append(vectors, rowsPerFragment, new BitSet());
  }

  public void delete(String predicate) {
    try (DatasetHandle handle = open()) {
      handle.dataset().delete(predicate);
    }
  }

  /** Takes a fragment's data files away, as a broken disk would. */
  public void dropFiles(int fragment) throws IOException {
    try (DatasetHandle handle = open()) {
      for (DataFile file : handle.dataset().getFragment(fragment).metadata().getFiles()) {
        Files.delete(path.resolve("data").resolve(file.getPath()));
      }
    }
  }

  /** Lance's own compaction, with its remap. */
  public void compact(long targetRows) {
    try (DatasetHandle handle = open()) {
      handle
          .dataset()
          .compact(CompactionOptions.builder().withTargetRowsPerFragment(targetRows).build());
    }
  }

  /** Gives the first rows of a fragment other vectors, in their place. */
  public void updateInPlace(int fragment, long firstId, TestVectors vectors) {
    try (DatasetHandle handle = open();
        ArrowReader reader = reader(firstId, vectors);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, stream);
      FragmentUpdateResult updated =
          handle.dataset().getFragment(fragment).updateColumns(stream, "id", "id");
      Update operation =
          Update.builder()
              .updatedFragments(List.of(updated.getUpdatedFragment()))
              .fieldsModified(updated.getFieldsModified())
              .updateMode(Optional.of(Update.UpdateMode.RewriteColumns))
              .build();
      try (Transaction transaction =
          new Transaction.Builder().readVersion(handle.version()).operation(operation).build()) {
        new CommitBuilder(handle.dataset()).execute(transaction).close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives rows other vectors: they move to a new fragment, under the same id if ids are stable. */
  public void merge(long firstId, TestVectors vectors) {
    MergeInsertParams params =
        new MergeInsertParams(List.of("id"))
            .withMatchedUpdateAll()
            .withNotMatched(MergeInsertParams.WhenNotMatched.InsertAll);
    try (DatasetHandle handle = open();
        ArrowReader reader = reader(firstId, vectors);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, stream);
      handle.dataset().mergeInsert(params, stream).dataset().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What Lance answers to a search with k = all rows at full probe: ids, sorted. */
  public List<Long> searchAll(float[] key) throws Exception {
    return search(key, 100_000);
  }

  /** Ids of the nearest rows that Lance finds through the index at full probe, sorted. */
  public List<Long> search(float[] key, int k) throws Exception {
    Query query =
        new Query.Builder()
            .setColumn(COLUMN)
            .setKey(key)
            .setK(k)
            .setUseIndex(true)
            .setMinimumNprobes(1000)
            .build();
    List<Long> ids = new ArrayList<>();
    try (DatasetHandle handle = open();
        BatchScan scan =
            new BatchScan(
                handle, new ScanOptions.Builder().columns(List.of("id")).nearest(query).build())) {
      while (scan.next()) {
        BigIntVector found = (BigIntVector) scan.batch().getVector("id");
        for (int row = 0; row < found.getValueCount(); row++) {
          ids.add(found.get(row));
        }
      }
    }
    return ids.stream().sorted().toList();
  }

  private ArrowReader reader(long firstId, TestVectors vectors) throws IOException {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema(), allocator)) {
      fill(root, vectors, new BitSet(), firstId);
      return new ArrowStreamReader(stream(root), allocator);
    }
  }

  private Schema schema() {
    FloatingPointPrecision precision =
        switch (element) {
          case FLOAT16 -> FloatingPointPrecision.HALF;
          case FLOAT32 -> FloatingPointPrecision.SINGLE;
          case FLOAT64 -> FloatingPointPrecision.DOUBLE;
        };
    Field item = Field.nullable("item", new ArrowType.FloatingPoint(precision));
    return new Schema(
        List.of(
            Field.notNullable("id", new ArrowType.Int(64, true)),
            new Field(
                COLUMN,
                FieldType.nullable(new ArrowType.FixedSizeList(dimension)),
                List.of(item))));
  }

  private void fill(VectorSchemaRoot root, TestVectors vectors, BitSet nulls, long firstId) {
    BigIntVector ids = (BigIntVector) root.getVector("id");
    FixedSizeListVector lists = (FixedSizeListVector) root.getVector(COLUMN);
    ids.allocateNew(vectors.rows());
    lists.setInitialCapacity(vectors.rows());
    lists.allocateNew();
    for (int row = 0; row < vectors.rows(); row++) {
      ids.set(row, firstId + row);
      if (nulls.get(row)) {
        lists.setNull(row);
      } else {
        lists.setNotNull(row);
      }
    }
    for (int i = 0; i < vectors.values().length; i++) {
      set(lists.getDataVector(), i, vectors.values()[i]);
    }
    lists.getDataVector().setValueCount(vectors.values().length);
    root.setRowCount(vectors.rows());
  }

  private static void set(FieldVector elements, int at, float value) {
    if (elements instanceof Float4Vector floats) {
      floats.setSafe(at, value);
    } else if (elements instanceof Float8Vector doubles) {
      doubles.setSafe(at, value);
    } else {
      ((Float2Vector) elements).setSafeWithPossibleTruncate(at, value);
    }
  }

  private static ByteArrayInputStream stream(VectorSchemaRoot root) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
      writer.writeBatch();
    }
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  @Override
  public void close() {
    datasets.close();
    allocator.close();
  }
}
