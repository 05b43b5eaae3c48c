#!/usr/bin/env bash
# An index commit lands over a rewrite of its own column, but not over a compaction.
#
# Run:   lance-core 7.0.0 builds an IVF_FLAT segment and does not commit it yet. Meanwhile another
#        handle (a) compacts the table, or (b) rewrites all vectors of fragment 0 in their place
#        (Fragment.updateColumns and an Update of mode RewriteColumns). Then the segment is
#        committed from the version at which it was built.
# Guess: (a) changes no value, only where rows are; (b) changes the very values that the index
#        holds. So (b) is refused at least as strictly as (a), or fragment 0 leaves the coverage.
# Seen:  (a) is refused as a conflict. (b) is accepted, by commitExistingIndexSegments and by a
#        CreateIndex transaction alike, and fragment 0 stays covered. A search for the new vector
#        of a row does not find it; the old vector gives it at distance 0. All rows count as
#        indexed. In the other order, when the rewrite comes after the index commit, Lance does
#        take the fragment out of the coverage.
# Why:   Lance's conflict check does not protect an index writer from rewrites of its column. The
#        writer has to compare the data files of its fragments at the version that it read with
#        those at the version below its commit, and again after the commit, since the check and the
#        commit are two steps.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >pom.xml <<'XML'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.lance</groupId><artifactId>lance-core</artifactId><version>7.0.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B -Dstyle.color=never dependency:copy-dependencies -DoutputDirectory=lib
echo "version: $(basename lib/lance-core-*.jar .jar)"
cat >Finding.java <<'JAVA'
import java.io.*;
import java.util.*;
import java.util.stream.*;
import org.apache.arrow.c.*;
import org.apache.arrow.memory.*;
import org.apache.arrow.vector.*;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.*;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.*;
import org.lance.*;
import org.lance.compaction.CompactionOptions;
import org.lance.fragment.FragmentUpdateResult;
import org.lance.index.*;
import org.lance.index.vector.*;
import org.lance.ipc.*;
import org.lance.merge.MergeInsertParams;
import org.lance.operation.*;

public class Finding {
  static final int DIM = 16;
  static final BufferAllocator MEMORY = new RootAllocator();
  static String column = "vector";

  record Answer(long id, float distance) {
    @Override
    public String toString() {
      return id + "@" + distance;
    }
  }

  /** Gives the vector of a row; another generation is another vector. */
  static float[] vector(long id, int generation) {
    var random = new SplittableRandom(id * 1_000_003 + generation * 7_919L);
    float[] v = new float[DIM];
    for (int i = 0; i < DIM; i++) v[i] = (float) random.nextDouble(-1, 1);
    return v;
  }

  /** Gives rows from..to, with vectors of that generation, as an Arrow stream. */
  static ArrowReader rows(int from, int to, int generation) throws IOException {
    var item = Field.nullable("item", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
    var list = FieldType.nullable(new ArrowType.FixedSizeList(DIM));
    var id = Field.notNullable("id", new ArrowType.Int(64, true));
    var out = new ByteArrayOutputStream();
    try (var root = VectorSchemaRoot.create(
        new Schema(List.of(id, new Field(column, list, List.of(item)))), MEMORY)) {
      var ids = (BigIntVector) root.getVector(0);
      var vectors = (FixedSizeListVector) root.getVector(1);
      var values = (Float4Vector) vectors.getDataVector();
      for (int i = 0; i < to - from; i++) {
        ids.setSafe(i, from + i);
        vectors.setNotNull(i);
        float[] v = vector(from + i, generation);
        for (int d = 0; d < DIM; d++) values.setSafe(i * DIM + d, v[d]);
      }
      root.setRowCount(to - from);
      try (var writer = new ArrowStreamWriter(root, null, out)) {
        writer.writeBatch();
      }
    }
    return new ArrowStreamReader(new ByteArrayInputStream(out.toByteArray()), MEMORY);
  }

  static void write(int from, int to, WriteParams.WriteMode mode, int perFile, boolean stable)
      throws IOException {
    try (var rows = rows(from, to, 0)) {
      Dataset.write().allocator(MEMORY).reader(rows).uri("table.lance").mode(mode)
          .maxRowsPerFile(perFile).enableStableRowIds(stable).execute().close();
    }
  }

  static Dataset open() {
    return Dataset.open().allocator(MEMORY).uri("table.lance").build();
  }

  static IndexOptions.Builder index(IndexType type, VectorIndexParams params) {
    return IndexOptions.builder(
            List.of(column), type, IndexParams.builder().setVectorIndexParams(params).build())
        .withIndexName("ix").replace(true);
  }

  static VectorIndexParams flat(IvfBuildParams.Builder ivf) {
    return new VectorIndexParams.Builder(ivf.build()).setDistanceType(DistanceType.L2).build();
  }

  /** Searches all partitions. */
  static List<Answer> nearest(float[] key, int k, boolean useIndex, String filter) throws Exception {
    var query = new Query.Builder().setColumn(column).setKey(key).setK(k).setUseIndex(useIndex)
        .setMinimumNprobes(1000).build();
    var options = new ScanOptions.Builder().columns(List.of("id", "_distance")).nearest(query);
    if (!filter.isEmpty()) options.filter(filter).prefilter(true);
    var answers = new ArrayList<Answer>();
    try (Dataset table = open();
        LanceScanner scan = table.newScan(options.build());
        ArrowReader reader = scan.scanBatches()) {
      while (reader.loadNextBatch()) {
        var root = reader.getVectorSchemaRoot();
        var ids = (BigIntVector) root.getVector("id");
        var distances = (Float4Vector) root.getVector("_distance");
        for (int i = 0; i < root.getRowCount(); i++) {
          answers.add(new Answer(ids.get(i), distances.get(i)));
        }
      }
    }
    return answers;
  }

  static void end(boolean asDescribed) {
    System.out.println(asDescribed ? "as described" : "CHANGED: not as described any more");
    System.exit(asDescribed ? 0 : 1);
  }

  enum Meanwhile { COMPACTION, COLUMN_REWRITE }

  enum Commit { SEGMENTS, TRANSACTION }

  static void rewriteFragmentZero() throws Exception {
    try (Dataset table = open()) {
      FragmentUpdateResult result;
      try (var rows = rows(0, 500, 1); var stream = ArrowArrayStream.allocateNew(MEMORY)) {
        Data.exportArrayStream(MEMORY, rows, stream);
        result = table.getFragment(0).updateColumns(stream, "id", "id");
      }
      commit(table, Update.builder().updatedFragments(List.of(result.getUpdatedFragment()))
          .fieldsModified(result.getFieldsModified())
          .updateMode(Optional.of(Update.UpdateMode.RewriteColumns)).build());
    }
  }

  static void commit(Dataset table, Operation operation) {
    try (var transaction = new Transaction.Builder().readVersion(table.version())
            .operation(operation).build()) {
      new CommitBuilder(table).execute(transaction).close();
    }
  }

  static String attempt(Meanwhile meanwhile, Commit commit) throws Exception {
    write(0, 2000, WriteParams.WriteMode.CREATE, 500, false);
    float[] centroids = new float[4 * DIM];
    for (int i = 0; i < 4; i++) System.arraycopy(vector(-1 - i, 0), 0, centroids, i * DIM, DIM);
    var ivf = new IvfBuildParams.Builder().setNumPartitions(4).setCentroids(centroids);
    String outcome;
    try (Dataset table = open()) {
      var segment = table.createIndex(
          index(IndexType.IVF_FLAT, flat(ivf)).withFragmentIds(List.of(0, 1, 2, 3)).build());
      switch (meanwhile) {
        case COMPACTION -> {
          try (Dataset other = open()) {
            other.compact(CompactionOptions.builder().withTargetRowsPerFragment(100_000).build());
          }
        }
        case COLUMN_REWRITE -> rewriteFragmentZero();
      }
      switch (commit) {
        case SEGMENTS -> table.commitExistingIndexSegments("ix", column, List.of(segment));
        case TRANSACTION ->
            commit(table, CreateIndex.builder().withNewIndices(List.of(segment)).build());
      }
      outcome = "accepted";
    } catch (RuntimeException e) {
      outcome = e.getMessage().contains("conflict") ? "refused as a conflict" : e.getMessage();
    }
    if (outcome.equals("accepted")) {
      try (Dataset table = open()) {
        outcome += ", covers " + table.getIndexes().get(0).fragments().orElseThrow() + ", "
            + table.countIndexedRows("ix", "true", Optional.empty()) + " rows indexed"
            + "; row 150 by its vector: " + found(1) + ", by the old one: " + found(0);
      }
    }
    System.out.println(meanwhile + ", " + commit + ": " + outcome);
    Dataset.drop("table.lance", Map.of());
    return outcome;
  }

  static String found(int generation) throws Exception {
    return nearest(vector(150, generation), 1, true, "").equals(List.of(new Answer(150, 0)))
        ? "found at distance 0" : "not found";
  }

  public static void main(String[] args) throws Exception {
    boolean asDescribed = true;
    for (Commit commit : Commit.values()) {
      asDescribed &= attempt(Meanwhile.COMPACTION, commit).equals("refused as a conflict");
      asDescribed &= attempt(Meanwhile.COLUMN_REWRITE, commit).equals(
          "accepted, covers [0, 1, 2, 3], 2000 rows indexed"
              + "; row 150 by its vector: not found, by the old one: found at distance 0");
    }
    write(0, 2000, WriteParams.WriteMode.CREATE, 500, false);
    try (Dataset table = open()) {
      var ivf = new IvfBuildParams.Builder().setNumPartitions(4);
      table.createIndex(index(IndexType.IVF_FLAT, flat(ivf)).build());
    }
    rewriteFragmentZero();
    try (Dataset table = open()) {
      var covered = table.getIndexes().get(0).fragments().orElseThrow();
      System.out.println("index first, then COLUMN_REWRITE: covers " + covered);
      asDescribed &= covered.equals(List.of(1, 2, 3));
    }
    end(asDescribed);
  }
}
JAVA
LANCE_LOG=error LANCE_INCLUDE_VECTOR_CENTROIDS=false java -Xmx512m -Djava.io.tmpdir="$work" \
  --add-opens=java.base/java.nio=ALL-UNNAMED -cp 'lib/*' Finding.java
