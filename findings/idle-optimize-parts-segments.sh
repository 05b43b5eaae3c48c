#!/usr/bin/env bash
# Optimizing an index when there is nothing to do halves the recall of a later merge.
#
# Run:   lance-core 7.0.0 commits two IVF_PQ segments of one model (the same 32 centroids and the
#        same codebook), calls optimizeIndices zero or two times with nothing new, appends 200 rows
#        and merges all with optimizeIndices. Recall@10 is over all partitions, against a scan.
# Guess: with no row to index, optimizeIndices does nothing. A merge of segments whose centroids
#        differ is refused, or it encodes anew.
# Seen:  each idle call takes one partition out of one segment, by turns, and writes that segment
#        again. So the two no longer have the same centroids though the counts are
#        equal (31 and 31). The merge takes partitions by their number and mixes codes of different
#        centroids, without an error: recall falls from above 0.95 to a half or less. Without the idle
#        calls it stays.
# Why:   segments of one model do not stay so by themselves. A writer that merges segments must
#        compare their centroids, not their counts nor where they came from, and must not share an
#        index with a scheduled optimizeIndices. The recall of the parted segments hardly falls, so
#        a check before the merge sees nothing.
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

  /** Gives a point of one of 32 far clusters; a different cluster is rare in each half. */
  static float[] vector(long id, int generation) {
    var random = new SplittableRandom(id * 1_000_003);
    int rare = id < 4000 ? 0 : id < 8000 ? CLUSTERS - 1 : -1;
    int cluster = random.nextInt(CLUSTERS);
    if (cluster == rare && random.nextInt(100) > 5) cluster = 5;
    float[] v = center(cluster);
    for (int i = 0; i < DIM; i++) v[i] += (float) random.nextDouble(-0.5, 0.5);
    return v;
  }

  static final int CLUSTERS = 32;

  static float[] center(int cluster) {
    var random = new SplittableRandom(cluster * 77_777L + 5);
    float[] v = new float[DIM];
    for (int i = 0; i < DIM; i++) v[i] = (float) random.nextDouble(-10, 10);
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

  /** Gives the model: a centroid for each cluster, an even scale for each of the 16 values. */
  static VectorIndexParams model() {
    float[] centroids = new float[CLUSTERS * DIM];
    for (int c = 0; c < CLUSTERS; c++) System.arraycopy(center(c), 0, centroids, c * DIM, DIM);
    float[] codebook = new float[256 * DIM];
    for (int i = 0; i < codebook.length; i++) codebook[i] = (i % 256 - 127.5f) / 256;
    return VectorIndexParams.withIvfPqParams(DistanceType.L2,
        new IvfBuildParams.Builder().setNumPartitions(CLUSTERS).setCentroids(centroids).build(),
        new PQBuildParams.Builder().setNumSubVectors(DIM).setCodebook(codebook).build());
  }

  static double recall(String when) throws Exception {
    int hits = 0;
    for (int q = 0; q < 100; q++) {
      float[] key = vector(q * 37, 0);
      var near = nearest(key, 10, false, "").stream().map(Answer::id).collect(Collectors.toSet());
      hits += nearest(key, 10, true, "").stream().filter(a -> near.contains(a.id())).count();
    }
    try (Dataset table = open()) {
      var partitions = ((List<?>) table.getIndexStatistics("ix").get("indices")).stream()
          .map(segment -> ((Map<?, ?>) segment).get("num_partitions")).toList();
      System.out.printf("%-32s partitions %s, recall %.3f%n", when, partitions, hits / 1000.0);
    }
    return hits / 1000.0;
  }

  static void optimize(int segmentsToMerge) {
    try (Dataset table = open()) {
      var options = OptimizeOptions.builder().indexNames(List.of("ix"));
      if (segmentsToMerge > 0) options.numIndicesToMerge(segmentsToMerge);
      table.optimizeIndices(options.build());
    }
  }

  static double mergedAfter(int idleCalls) throws Exception {
    write(0, 8000, WriteParams.WriteMode.CREATE, 4000, false);
    try (Dataset table = open()) {
      var segments = new ArrayList<Index>();
      for (int fragment : List.of(0, 1)) {
        segments.add(table.createIndex(
            index(IndexType.IVF_PQ, model()).withFragmentIds(List.of(fragment)).build()));
      }
      table.commitExistingIndexSegments("ix", column, segments);
    }
    for (int i = 0; i < idleCalls; i++) optimize(0);
    double before = recall(idleCalls + " idle calls, two segments:");
    write(8000, 8200, WriteParams.WriteMode.APPEND, 4000, false);
    optimize(10);
    double after = recall(idleCalls + " idle calls, rows added, merged:");
    Dataset.drop("table.lance", Map.of());
    return before < 0.9 ? Double.NaN : after;
  }

  public static void main(String[] args) throws Exception {
    double plain = mergedAfter(0);
    double idle = mergedAfter(2);
    end(plain > 0.95 && idle < 0.75);
  }
}
JAVA
LANCE_LOG=error LANCE_INCLUDE_VECTOR_CENTROIDS=false java -Xmx512m -Djava.io.tmpdir="$work" \
  --add-opens=java.base/java.nio=ALL-UNNAMED -cp 'lib/*' Finding.java
