#!/usr/bin/env bash
# After an update in place, optimizing an index answers every row of the fragment twice.
#
# Run:   lance-core 7.0.0 makes a table of four fragments and an IVF_FLAT index over it, gives three
#        rows of fragment 0 other vectors in their place (Fragment.updateColumns and an Update of
#        mode RewriteColumns), and calls optimizeIndices, once with the index left as a segment
#        beside the new one and once merged into it.
# Guess: the rewrite takes fragment 0 out of the coverage, so optimizeIndices indexes it anew and
#        leaves the old entries out, at least where it reads them to merge: 2,000 rows, each once.
# Seen:  2,500 answers: all 500 rows of the fragment come twice, the three by their old vectors too,
#        whether the index has two segments then or the one that they were merged into, which Lance
#        says covers every fragment. With stable row ids they come twice from the rewrite on.
# Why:   taking a fragment off the coverage leaves its entries in the segment, a merge copies all
#        entries, and only the coverage is compared when a row is indexed. So an index with full
#        coverage and no uncovered row may hold two entries of a row, and two entries of one row
#        address in one segment: a writer has to look for them before it merges, and a reader that
#        asks for ten gets fewer rows than ten.
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

  static void rewriteThreeRows() throws Exception {
    try (Dataset table = open()) {
      FragmentUpdateResult result;
      try (var rows = rows(0, 3, 1); var stream = ArrowArrayStream.allocateNew(MEMORY)) {
        Data.exportArrayStream(MEMORY, rows, stream);
        result = table.getFragment(0).updateColumns(stream, "id", "id");
      }
      var update = Update.builder().updatedFragments(List.of(result.getUpdatedFragment()))
          .fieldsModified(result.getFieldsModified())
          .updateMode(Optional.of(Update.UpdateMode.RewriteColumns)).build();
      try (var transaction = new Transaction.Builder().readVersion(table.version())
              .operation(update).build()) {
        new CommitBuilder(table).execute(transaction).close();
      }
    }
  }

  /** Asks for more rows than there are; counts answers, and ids that come twice. */
  static String answers() throws Exception {
    var ids = nearest(vector(7, 0), 10_000, true, "").stream().map(Answer::id).toList();
    return ids.size() + " answers, " + (ids.size() - new HashSet<>(ids).size()) + " ids twice";
  }

  static String old() throws Exception {
    var first = nearest(vector(1, 0), 1, true, "");
    return first.equals(List.of(new Answer(1, 0))) ? "answers by it" : "does not answer by it";
  }

  static String attempt(int merged, boolean stable) throws Exception {
    write(0, 2000, WriteParams.WriteMode.CREATE, 500, stable);
    try (Dataset table = open()) {
      var ivf = new IvfBuildParams.Builder().setNumPartitions(4);
      table.createIndex(index(IndexType.IVF_FLAT, flat(ivf)).build());
    }
    String before = answers();
    rewriteThreeRows();
    String rewritten = answers();
    String segments;
    try (Dataset table = open()) {
      table.optimizeIndices(OptimizeOptions.builder().indexNames(List.of("ix"))
          .numIndicesToMerge(merged).build());
    }
    try (Dataset table = open()) {
      segments = table.getIndexes().stream()
          .map(one -> "" + new TreeSet<>(one.fragments().orElseThrow())).toList().toString();
    }
    String outcome = (stable ? "stable row ids" : "addresses") + ", merging " + merged
        + " segments: " + before + "; rewritten: " + rewritten + "; optimized: " + answers()
        + ", segments over " + segments + ", the old vector of row 1 " + old();
    System.out.println(outcome);
    Dataset.drop("table.lance", Map.of());
    return outcome;
  }

  public static void main(String[] args) throws Exception {
    boolean asDescribed = true;
    for (boolean stable : new boolean[] {false, true}) {
      for (int merged : new int[] {0, 10}) {
        asDescribed &= attempt(merged, stable).endsWith(
            "optimized: 2500 answers, 500 ids twice, segments over "
                + (merged == 0 ? "[[1, 2, 3], [0]]" : "[[0, 1, 2, 3]]")
                + ", the old vector of row 1 answers by it");
      }
    }
    end(asDescribed);
  }
}
JAVA
LANCE_LOG=error LANCE_INCLUDE_VECTOR_CENTROIDS=false java -Xmx512m -Djava.io.tmpdir="$work" \
  --add-opens=java.base/java.nio=ALL-UNNAMED -cp 'lib/*' Finding.java
