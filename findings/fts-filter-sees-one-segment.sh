#!/usr/bin/env bash
# A full-text search with a filter looks into one segment of its index, and leaves the others out.
#
# Run:   lance-core 7.0.0 makes 3 fragments of 1,000 texts, a full-text index over the first, and by
#        optimizeIndices with nothing to merge one segment more for each of the others. The word that all
#        texts have is searched with a filter that all rows pass, and without. LanceDB 0.30.0 (Lance 7)
#        and 0.39.0 search the same files.
# Guess: a filter that is true for every row changes nothing.
# Seen:  without the filter all 3,000 rows are found. With it lance-core and LanceDB 0.30.0 find the 1,000 of
#        one fragment, without an error. 0.39.0 finds all.
# Why:   the rows that pass the filter are looked for only in the fragments that one segment of the index
#        covers, and are the mask for all segments. An append and an optimize without a merge are enough to
#        come there. Who publishes segments of a full-text index for such readers must keep it in one,
#        and a test without a filter sees nothing.
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
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund \
  old@npm:@lancedb/lancedb@0.30.0 new@npm:@lancedb/lancedb@0.39.0 apache-arrow@18.1.0
cat >Finding.java <<'JAVA'
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.arrow.memory.*;
import org.apache.arrow.vector.*;
import org.apache.arrow.vector.ipc.*;
import org.apache.arrow.vector.types.pojo.*;
import org.lance.*;
import org.lance.index.*;
import org.lance.index.scalar.*;
import org.lance.ipc.*;

public class Finding {
  static final BufferAllocator MEMORY = new RootAllocator();

  static void append(int from, WriteParams.WriteMode mode) throws IOException {
    var id = Field.notNullable("id", new ArrowType.Int(64, true));
    var text = Field.nullable("text", new ArrowType.Utf8());
    var out = new ByteArrayOutputStream();
    try (var root = VectorSchemaRoot.create(new Schema(List.of(id, text)), MEMORY)) {
      for (int i = 0; i < 1000; i++) {
        ((BigIntVector) root.getVector(0)).setSafe(i, from + i);
        byte[] words = ("fresh w" + i % 7).getBytes(StandardCharsets.UTF_8);
        ((VarCharVector) root.getVector(1)).setSafe(i, words);
      }
      root.setRowCount(1000);
      try (var writer = new ArrowStreamWriter(root, null, out)) {
        writer.writeBatch();
      }
    }
    try (var rows = new ArrowStreamReader(new ByteArrayInputStream(out.toByteArray()), MEMORY)) {
      Dataset.write().allocator(MEMORY).reader(rows).uri("t.lance").mode(mode).execute().close();
    }
  }

  static Dataset open() {
    return Dataset.open().allocator(MEMORY).uri("t.lance").build();
  }

  static int count(ScanOptions.Builder options) throws Exception {
    options.columns(List.of("_score")).fullTextQuery(FullTextQuery.match("fresh", "text"));
    int rows = 0;
    try (Dataset table = open(); LanceScanner scan = table.newScan(options.build());
        ArrowReader reader = scan.scanBatches()) {
      while (reader.loadNextBatch()) rows += reader.getVectorSchemaRoot().getRowCount();
    }
    return rows;
  }

  public static void main(String[] args) throws Exception {
    append(0, WriteParams.WriteMode.CREATE);
    var params = ScalarIndexParams.create("inverted", "{\"base_tokenizer\":\"simple\","
        + "\"language\":\"English\",\"with_position\":false,\"max_token_length\":40,\"lower_case\":true,"
        + "\"stem\":true,\"remove_stop_words\":true,\"ascii_folding\":true}");
    try (Dataset table = open()) {
      table.createIndex(IndexOptions.builder(List.of("text"), IndexType.INVERTED,
          IndexParams.builder().setScalarIndexParams(params).build()).withIndexName("ix").build());
    }
    for (int from = 1000; from < 3000; from += 1000) {
      append(from, WriteParams.WriteMode.APPEND);
      try (Dataset table = open()) {
        table.optimizeIndices(OptimizeOptions.builder().numIndicesToMerge(0).build());
      }
    }
    try (Dataset table = open()) {
      System.out.println("segments " + table.getIndexes().size());
    }
    int all = count(new ScanOptions.Builder());
    int filtered = count(new ScanOptions.Builder().filter("id >= 0").prefilter(true));
    System.out.printf("lance-core: %d rows, with a filter that is true %d%n", all, filtered);
    boolean asDescribed = all == 3000 && filtered == 1000;
    System.out.println(asDescribed ? "as described" : "CHANGED: not as described any more");
    System.exit(asDescribed ? 0 : 1);
  }
}
JAVA
LANCE_CPU_THREADS=2 LANCE_LOG=error java -Xmx512m -Djava.io.tmpdir="$work" \
  --add-opens=java.base/java.nio=ALL-UNNAMED -cp 'lib/*' Finding.java
cat >finding.mjs <<'JS'
import { readFileSync } from "node:fs";

let asDescribed = true;
for (const name of ["old", "new"]) {
  const { connect, MatchQuery } = await import(name);
  const version = JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
  console.log(`version: @lancedb/lancedb ${version}`);
  const table = await (await connect(".")).openTable("t");
  const search = () => table.query().fullTextSearch(new MatchQuery("fresh", "text")).limit(9999);
  const all = (await search().toArray()).length;
  const filtered = (await search().where("id >= 0").toArray()).length;
  console.log(`${name}: ${all} rows, with a filter that is true ${filtered}`);
  asDescribed &&= all === 3000 && filtered === (name === "old" ? 1000 : 3000);
}
console.log(asDescribed ? "as described" : "CHANGED: not as described any more");
process.exit(asDescribed ? 0 : 1);
JS
LANCE_LOG=error node finding.mjs
