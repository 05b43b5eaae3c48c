package dev.freshet.job.report;

import dev.freshet.lance.commit.LanceSegmentBuilder;
import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.read.VectorSearch;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.train.TrainingPlan;
import dev.freshet.state.model.CommitToken;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.format.IndexDetails;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.LocalIndexStorage;
import dev.freshet.vector.format.PartitionCursor;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.format.SegmentWriter;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
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
import org.lance.Fragment;
import org.lance.Transaction;
import org.lance.WriteParams;
import org.lance.compaction.CompactionOptions;
import org.lance.fragment.FragmentUpdateResult;
import org.lance.index.Index;
import org.lance.index.OptimizeOptions;
import org.lance.merge.MergeInsertParams;
import org.lance.operation.CreateIndex;
import org.lance.operation.Operation;
import org.lance.operation.Update;

/**
 * A table of {@code id} and {@code vector} that lance-core writes, changes and indexes, and what
 * {@code verify} says of it. The vector of a row follows from its id and a salt.
 */
final class VerifiedTable implements AutoCloseable {

  static final int DIMENSION = 16;
  static final int PARTITIONS = 4;
  static final String INDEX = "vector_idx";

  private static final long ARROW_BYTES = 256L << 20;

  private final BufferAllocator allocator = new RootAllocator();
  private final Path path;
  private final boolean stableRowIds;
  private final DatasetVersions versions;
  private long rows;

  private VerifiedTable(Path path, boolean stableRowIds) {
    this.path = path;
    this.stableRowIds = stableRowIds;
    this.versions = new DatasetVersions(DatasetLocation.of(path.toString()), ARROW_BYTES);
  }

  /** Writes the first rows, in fragments of some rows each. */
  static VerifiedTable create(Path path, boolean stableRowIds, int rows, int perFragment)
      throws IOException {
    VerifiedTable table = new VerifiedTable(path, stableRowIds);
    table.append(rows, perFragment);
    return table;
  }

  static float[] vector(long id, int salt) {
    SplittableRandom random = new SplittableRandom(id * 1_000_003L + salt * 7919L);
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return vector;
  }

  void append(int count, int perFragment) throws IOException {
    append(perFragment, vectors(rows, rows + count, 0));
  }

  /** Appends rows; a null is one. */
  void append(int perFragment, float[]... vectors) throws IOException {
    try (ArrowReader reader = reader(rows, vectors)) {
      Dataset.write()
          .allocator(allocator)
          .reader(reader)
          .uri(path.toString())
          .mode(rows == 0 ? WriteParams.WriteMode.CREATE : WriteParams.WriteMode.APPEND)
          .maxRowsPerFile(perFragment)
          .enableStableRowIds(stableRowIds)
          .dataStorageVersion("2.1")
          .execute()
          .close();
    }
    rows += vectors.length;
  }

  /** Lance builds a segment over some fragments, and it is published as if it covered others. */
  UUID publish(IndexType type, Metric metric, Coverage built, Coverage claimed) {
    return publish(type, metric, 0, built, claimed);
  }

  /**
   * The same.
   *
   * @param salt of the vectors that the model is trained on
   */
  UUID publish(IndexType type, Metric metric, int salt, Coverage built, Coverage claimed) {
    try (DatasetHandle dataset = versions.latest()) {
      SegmentRegistration segment =
          new LanceSegmentBuilder(dataset, dataset.column(VectorTable.VECTOR), files(dataset))
              .build(INDEX, model(dataset, type, metric, salt), UUID.randomUUID(), built);
      publish(dataset, segment, claimed);
      return segment.uuid();
    }
  }

  UUID publish(IndexType type, Metric metric, int... fragments) {
    return publish(type, metric, Coverage.of(fragments), Coverage.of(fragments));
  }

  /** Publishes a segment whose files are there. */
  void publish(UUID segment, IvfModel model, Coverage coverage) {
    try (DatasetHandle dataset = versions.latest()) {
      VectorColumn column = dataset.column(VectorTable.VECTOR);
      publish(
          dataset,
          new SegmentRegistration(
              segment, INDEX, column.field(), coverage, model.type(), IndexDetails.encode(model)),
          coverage);
    }
  }

  private static void publish(
      DatasetHandle dataset, SegmentRegistration segment, Coverage claimed) {
    SegmentRegistration claim =
        new SegmentRegistration(
            segment.uuid(),
            segment.index(),
            segment.field(),
            claimed,
            segment.type(),
            segment.details());
    Set<UUID> replaced =
        ManifestReader.read(dataset, INDEX).index().segments().stream()
            .filter(old -> old.coverage().equals(claimed))
            .map(CommittedSegment::uuid)
            .collect(Collectors.toSet());
    new SegmentPublisher(Clock.systemUTC(), files(dataset))
        .publish(dataset, List.of(claim), replaced, new CommitToken("test", claim.uuid()));
  }

  private static DatasetFiles files(DatasetHandle dataset) {
    return new LocalDatasetFiles(Path.of(dataset.location().uri()));
  }

  private static IvfModel model(DatasetHandle dataset, IndexType type, Metric metric, int salt) {
    int sample = 1000;
    float[] vectors = new float[sample * DIMENSION];
    for (int row = 0; row < sample; row++) {
      System.arraycopy(vector(row, salt), 0, vectors, row * DIMENSION, DIMENSION);
    }
    IndexSpec.Vector spec =
        new IndexSpec.Vector(
            INDEX,
            VectorTable.VECTOR,
            type,
            metric,
            OptionalInt.of(PARTITIONS),
            type.name().endsWith("_PQ") ? OptionalInt.of(DIMENSION / 2) : OptionalInt.empty());
    return TrainingPlan.of(spec, dataset.column(VectorTable.VECTOR), sample)
        .train(vectors.clone(), sample);
  }

  void delete(String predicate) {
    change(dataset -> dataset.delete(predicate));
  }

  void compact() {
    compact(100_000);
  }

  /** Joins fragments up to so many rows, and rewrites those that have lost many. */
  void compact(long targetRows) {
    change(
        dataset ->
            dataset.compact(
                CompactionOptions.builder().withTargetRowsPerFragment(targetRows).build()));
  }

  /** As Lance's own maintenance does, which may merge segments and join partitions. */
  void optimize(int merged) {
    change(
        dataset ->
            dataset.optimizeIndices(
                OptimizeOptions.builder()
                    .indexNames(List.of(INDEX))
                    .numIndicesToMerge(merged)
                    .build()));
  }

  /** Gives rows other vectors by merge-insert: they move to a new fragment. */
  void mergeInsert(long fromId, long toId, int salt) throws IOException {
    MergeInsertParams params = new MergeInsertParams(List.of("id")).withMatchedUpdateAll();
    try (Dataset dataset = open();
        ArrowReader reader = reader(fromId, vectors(fromId, toId, salt));
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, stream);
      dataset.mergeInsert(params, stream).dataset().close();
    }
  }

  /** Gives rows of one fragment other vectors in their place. */
  void rewrite(int fragment, long fromId, float[]... vectors) throws IOException {
    try (Dataset dataset = open();
        ArrowReader reader = reader(fromId, vectors);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, stream);
      FragmentUpdateResult result = dataset.getFragment(fragment).updateColumns(stream, "id", "id");
      commit(
          dataset,
          Update.builder()
              .updatedFragments(List.of(result.getUpdatedFragment()))
              .fieldsModified(result.getFieldsModified())
              .updateMode(Optional.of(Update.UpdateMode.RewriteColumns))
              .build());
    }
  }

  static float[][] vectors(long fromId, long toId, int salt) {
    float[][] vectors = new float[(int) (toId - fromId)][];
    Arrays.setAll(vectors, i -> vector(fromId + i, salt));
    return vectors;
  }

  /** Commits the segments of one version as a publisher does that read another. */
  void publishLate(long segmentsOf, long read) {
    try (Dataset latest = open();
        Dataset indexed = latest.checkoutVersion(segmentsOf);
        Dataset dataset = latest.checkoutVersion(read)) {
      List<Index> segments = indexed.getIndexes();
      commit(dataset, CreateIndex.builder().withNewIndices(segments).build());
    }
  }

  private static void commit(Dataset dataset, Operation operation) {
    try (Transaction transaction =
        new Transaction.Builder().readVersion(dataset.version()).operation(operation).build()) {
      new CommitBuilder(dataset).execute(transaction).close();
    }
  }

  private void change(Consumer<Dataset> change) {
    try (Dataset dataset = open()) {
      change.accept(dataset);
    }
  }

  private Dataset open() {
    return Dataset.open().allocator(allocator).uri(path.toString()).build();
  }

  /** Makes an old version the latest. */
  void restore(long version) {
    try (Dataset latest = open();
        Dataset dataset = latest.checkoutVersion(version)) {
      dataset.restore();
    }
  }

  /** Puts a segment in place of another one, the codes of two of its rows swapped. */
  UUID swapTwo(UUID segment) throws IOException {
    return rewriteSegment(
        segment,
        (cursor, writer) -> {
          int bytes = cursor.codes().length / cursor.rowIds().length;
          byte[] first = Arrays.copyOf(cursor.codes(), bytes);
          byte[] codes = cursor.codes();
          if (cursor.partition() == 1) {
            System.arraycopy(codes, bytes, codes, 0, bytes);
            System.arraycopy(first, 0, codes, bytes, bytes);
          }
          writer.append(cursor.partition(), cursor.rowIds(), codes, 0, cursor.rows());
        });
  }

  private interface PartitionCopy {
    void copy(PartitionCursor cursor, SegmentWriter writer) throws IOException;
  }

  private UUID rewriteSegment(UUID segment, PartitionCopy copy) throws IOException {
    SegmentReader reader = SegmentReader.open(storage(), segment);
    UUID rewritten = UUID.randomUUID();
    try (SegmentWriter writer = SegmentWriter.create(storage(), rewritten, reader.model())) {
      PartitionCursor cursor = reader.cursor(Runnable::run);
      while (cursor.next()) {
        copy.copy(cursor, writer);
      }
      writer.finish();
    }
    publish(rewritten, reader.model(), manifest().index().coverage());
    return rewritten;
  }

  /** Puts a segment in place of another one, each partition where the next one was. */
  UUID rotatePartitions(UUID segment) throws IOException {
    SegmentReader reader = SegmentReader.open(storage(), segment);
    IvfModel model = reader.model();
    float[] centroids = new float[model.centroids().length];
    System.arraycopy(model.centroids(), DIMENSION, centroids, 0, centroids.length - DIMENSION);
    System.arraycopy(model.centroids(), 0, centroids, centroids.length - DIMENSION, DIMENSION);
    IvfModel rotated =
        new IvfModel(model.type(), model.metric(), DIMENSION, centroids, model.quantizer());
    UUID rewritten = UUID.randomUUID();
    try (SegmentWriter writer = SegmentWriter.create(storage(), rewritten, rotated)) {
      PartitionCursor cursor = reader.cursor(Runnable::run);
      while (cursor.next()) {
        writer.append(cursor.partition(), cursor.rowIds(), cursor.codes(), 0, cursor.rows());
      }
      writer.finish();
    }
    publish(rewritten, rotated, manifest().index().coverage());
    return rewritten;
  }

  Path path() {
    return path;
  }

  long version() {
    try (Dataset dataset = open()) {
      return dataset.version();
    }
  }

  Coverage fragments() {
    try (Dataset dataset = open()) {
      return Coverage.of(dataset.getFragments().stream().mapToInt(Fragment::getId));
    }
  }

  ManifestVersion manifest() {
    try (DatasetHandle dataset = versions.latest()) {
      return ManifestReader.read(dataset, INDEX);
    }
  }

  IndexStorage storage() {
    return new LocalIndexStorage(path.toString());
  }

  IndexVerification.Report verify() throws IOException {
    return new IndexVerification(versions, storage())
        .verify(INDEX, 10, new VectorSearch.Effort(PARTITIONS, 1));
  }

  private ArrowReader reader(long fromId, float[]... vectors) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema(), allocator);
        ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
      BigIntVector ids = (BigIntVector) root.getVector(VectorTable.ID);
      FixedSizeListVector lists = (FixedSizeListVector) root.getVector(VectorTable.VECTOR);
      Float4Vector values = (Float4Vector) lists.getDataVector();
      ids.allocateNew(vectors.length);
      lists.setInitialCapacity(vectors.length);
      lists.allocateNew();
      for (int row = 0; row < vectors.length; row++) {
        ids.set(row, fromId + row);
        if (vectors[row] != null) {
          lists.setNotNull(row);
          for (int d = 0; d < DIMENSION; d++) {
            values.setSafe(row * DIMENSION + d, vectors[row][d]);
          }
        }
      }
      values.setValueCount(vectors.length * DIMENSION);
      root.setRowCount(vectors.length);
      writer.writeBatch();
    }
    return new ArrowStreamReader(new ByteArrayInputStream(bytes.toByteArray()), allocator);
  }

  private static Schema schema() {
    Field item = Field.nullable("item", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
    return new Schema(
        List.of(
            Field.notNullable(VectorTable.ID, new ArrowType.Int(64, true)),
            new Field(
                VectorTable.VECTOR,
                FieldType.nullable(new ArrowType.FixedSizeList(DIMENSION)),
                List.of(item))));
  }

  @Override
  public void close() {
    versions.close();
    allocator.close();
  }
}
