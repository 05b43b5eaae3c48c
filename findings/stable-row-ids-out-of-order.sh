#!/usr/bin/env bash
# Updated rows are lost to an index over them, once any other row is deleted.
#
# Run:   lance-core 7.0.0 makes a table of three fragments with stable row ids, upserts new vectors for
#        20 rows of the first (merge-insert), compacts with a target of 100 rows and then of 1,000,
#        and makes a fresh IVF_FLAT index. All rows are asked for at full probe, by the index and by a
#        scan; then one row of another fragment is deleted, and all are asked for again. The same is
#        done with plain row ids, and with one compaction instead of two.
# Guess: an index that was made after the last change has every row, and the deletion of one row
#        costs one answer.
# Seen:  it costs 21 answers: the 20 updated rows do not come any more, from any index, while a scan
#        gives them. With plain row ids, or compacted at once, all rows come. Deleting decides: as long
#        as no row of the table is deleted, all rows come.
# Why:   the first compaction rewrites only the fragment that has lost many rows, and puts it behind
#        the one of the updated rows; the second joins them in that order. The ids of the joined
#        fragment are then ranges with holes, and the mask of live ids, which is made where there are
#        deletions, takes the holes of a later range out, though an earlier range has named the same
#        ids. An index that is right answers wrongly, so a check of its entries shows nothing, nor does
#        a search of a table without deletions. A writer that compacts such a table has to look at the
#        order of ids in what it joins.
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

  /** Asks for all rows; gives the ids that do not come. */
  static Set<Long> missing(Set<Long> rows, boolean useIndex) throws Exception {
    var missing = new TreeSet<>(rows);
    nearest(new float[DIM], 1000, useIndex, "").forEach(answer -> missing.remove(answer.id()));
    return missing;
  }

  static void compact(long rows) {
    try (Dataset table = open()) {
      table.compact(CompactionOptions.builder().withTargetRowsPerFragment(rows).build());
    }
  }

  static List<Set<Long>> updateAndDelete(boolean stable, long... compactions) throws Exception {
    write(0, 300, WriteParams.WriteMode.CREATE, 100, stable);
    try (Dataset table = open()) {
      var upsert = new MergeInsertParams(List.of("id")).withMatchedUpdateAll()
          .withNotMatched(MergeInsertParams.WhenNotMatched.InsertAll);
      try (var rows = rows(40, 60, 1); var stream = ArrowArrayStream.allocateNew(MEMORY)) {
        Data.exportArrayStream(MEMORY, rows, stream);
        table.mergeInsert(upsert, stream).dataset().close();
      }
    }
    for (long rows : compactions) compact(rows);
    try (Dataset table = open()) {
      table.createIndex(
          index(IndexType.IVF_FLAT, flat(new IvfBuildParams.Builder().setNumPartitions(4))).build());
    }
    var rows = LongStream.range(0, 300).boxed().collect(Collectors.toCollection(TreeSet::new));
    var before = missing(rows, true);
    try (Dataset table = open()) {
      table.delete("id = 250");
    }
    rows.remove(250L);
    var after = missing(rows, true);
    var scanned = missing(rows, false);
    System.out.printf("%s row ids, compacted %d times: %d rows missing; after a deletion %d %s; by a"
            + " scan %d%n",
        stable ? "stable" : "plain", compactions.length, before.size(), after.size(), after,
        scanned.size());
    Dataset.drop("table.lance", Map.of());
    return List.of(before, after, scanned);
  }

  public static void main(String[] args) throws Exception {
    Set<Long> none = Set.of();
    var updated = LongStream.range(40, 60).boxed().collect(Collectors.toSet());
    end(updateAndDelete(false, 100, 1000).equals(List.of(none, none, none))
        && updateAndDelete(true, 1000).equals(List.of(none, none, none))
        && updateAndDelete(true, 100, 1000).equals(List.of(none, updated, none)));
  }
}
JAVA
LANCE_LOG=error LANCE_INCLUDE_VECTOR_CENTROIDS=false java -Xmx512m -Djava.io.tmpdir="$work" \
  --add-opens=java.base/java.nio=ALL-UNNAMED -cp 'lib/*' Finding.java
