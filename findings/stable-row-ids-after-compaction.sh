#!/usr/bin/env bash
# A compaction makes a nearest-neighbour search answer too few rows; one more delete mends it.
#
# Run:   lance-core 7.0.0 makes a table with stable row ids and an IVF_FLAT index over it, deletes
#        two thirds of the rows, compacts the table, and then deletes a single further row.
# Guess: with stable row ids an index survives a compaction as it is, and dead entries stay masked:
#        k = 10 over 2,000 live rows gives 10 answers throughout.
# Seen:  before the compaction 10 answers. After it far fewer, for some queries none, though all
#        partitions are searched. After one more delete, of any row, 10 again.
# Why:   the mask of dead entries follows from the deletion files of the fragments that the index
#        covers. A compaction removes those files and leaves the entries in the index. While no
#        covered fragment has a deletion file there is no mask: dead entries take places among the
#        k nearest and are dropped afterwards. One deletion file anywhere makes the mask whole
#        again. A writer has to rebuild a segment after a compaction that removed rows, also when
#        Lance says that every row is indexed, and a test that deletes a row before it searches
#        does not see the fault.
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

  /** Asks 20 times for the ten nearest rows; gives the fewest answers. */
  static int fewest(String when) throws Exception {
    int fewest = 10;
    int sum = 0;
    int byScan = 10;
    for (int q = 1; q <= 20; q++) {
      int answers = nearest(vector(-q, 0), 10, true, "").size();
      fewest = Math.min(fewest, answers);
      sum += answers;
      byScan = Math.min(byScan, nearest(vector(-q, 0), 10, false, "").size());
    }
    try (Dataset table = open()) {
      System.out.printf("%-26s %d live rows, %d of them indexed; k 10: %.1f answers, at least %d;"
              + " without the index %d%n", when, table.countRows(),
          table.countIndexedRows("ix", "true", Optional.empty()), sum / 20.0, fewest, byScan);
    }
    return fewest;
  }

  public static void main(String[] args) throws Exception {
    write(0, 6000, WriteParams.WriteMode.CREATE, 1000, true);
    try (Dataset table = open()) {
      var ivf = new IvfBuildParams.Builder().setNumPartitions(4);
      table.createIndex(index(IndexType.IVF_FLAT, flat(ivf)).build());
      table.delete("id % 3 != 0");
    }
    int deleted = fewest("two thirds deleted:");
    try (Dataset table = open()) {
      table.compact(CompactionOptions.builder().withTargetRowsPerFragment(100_000).build());
    }
    int compacted = fewest("then compacted:");
    try (Dataset table = open()) {
      table.delete("id = 0");
    }
    int deletedAgain = fewest("then one more row deleted:");
    end(deleted == 10 && compacted < 10 && deletedAgain == 10);
  }
}
JAVA
LANCE_LOG=error LANCE_INCLUDE_VECTOR_CENTROIDS=false java -Xmx512m -Djava.io.tmpdir="$work" \
  --add-opens=java.base/java.nio=ALL-UNNAMED -cp 'lib/*' Finding.java
