#!/usr/bin/env bash
# An append, delete or setting by an older Lance drops an index of a newer version of a known type,
# and keeps an index of a type that it has never heard of.
#
# Run:   LanceDB 0.39.0 makes four indexes on one table: BTree, full text (default), full text with
#        blocks of 256, and FM. lance-core 7.0.0 then deletes one row. LanceDB lists the indexes
#        before and after. Then lance-core restores the version before the delete.
# Guess: a writer that cannot read an index refuses to write, or carries the entry along as it is.
#        If either index were at risk it would be the unknown type.
# Seen:  the full-text index with blocks of 256 is gone from the manifest; its type is known and its
#        version is not. The FM index, whose type lance-core 7.0.0 does not know at all, is still
#        there. No call of lance-core shows the entry before the commit either: listIndexes and
#        getIndexes leave it out. Only a line of the log says at opening that an index is ignored.
#        Restoring the older version brings the index back: its files were not removed.
# Why:   any commit does it, one of an index writer for another column too. "Indexes before = indexes
#        after" by getIndexes holds and proves nothing. A writer has to read the index section of the
#        manifest itself before its first commit and compare; and a clean-up that takes for garbage
#        what getIndexes does not list removes live files.
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
npm install --silent --no-audit --no-fund @lancedb/lancedb@0.39.0 apache-arrow@18.1.0
echo "version: @lancedb/lancedb $(npm ls --parseable --long @lancedb/lancedb | sed 's/.*@//')"
cat >make.mjs <<'JS'
import { connect, Index } from "@lancedb/lancedb";
import { Field, Int64, Schema, Utf8 } from "apache-arrow";

const texts = ["text", "text256", "raw"].map((name) => new Field(name, new Utf8(), true));
const schema = new Schema([new Field("id", new Int64(), false), ...texts]);
const rows = Array.from({ length: 1000 }, (_, i) => {
  const text = `word${i % 10} common`;
  return { id: BigInt(i), text, text256: text, raw: text };
});
const table = await (await connect(".")).createTable("t", rows, { schema });
await table.createIndex("id", { config: Index.btree() });
await table.createIndex("text", { config: Index.fts() });
await table.createIndex("text256", { config: Index.fts({ blockSize: 256 }) });
await table.createIndex("raw", { config: Index.fm() });
JS
cat >list.mjs <<'JS'
import { connect } from "@lancedb/lancedb";

const table = await (await connect(".")).openTable("t");
console.log((await table.listIndices()).map((index) => index.name).sort().join(", "));
JS
cat >Finding.java <<'JAVA'
import java.util.*;
import org.apache.arrow.memory.*;
import org.lance.*;

public class Finding {
  public static void main(String[] args) {
    try (Dataset table = Dataset.open().allocator(new RootAllocator()).uri("t.lance").build()) {
      switch (args[0]) {
        case "delete" -> {
          System.out.println("lance-core sees       " + new TreeSet<>(table.listIndexes()));
          table.delete("id = 5");
        }
        case "restore" -> table.checkoutVersion(table.version() - 1).restore();
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
  }
}
JAVA
act() {
  LANCE_LOG=error java -Xmx512m -Djava.io.tmpdir="$work" \
    --add-opens=java.base/java.nio=ALL-UNNAMED -cp 'lib/*' Finding.java "$1"
}
export LANCE_LOG=error
node make.mjs
before=$(node list.mjs)
echo "LanceDB sees          [$before]"
act delete
after=$(node list.mjs)
echo "after a delete of 7.0 [$after]"
act restore
restored=$(node list.mjs)
echo "restored              [$restored]"
if [[ $before = "id_idx, raw_idx, text256_idx, text_idx" && $after = "id_idx, raw_idx, text_idx" &&
  $restored = "$before" ]]; then
  echo "as described"
else
  echo "CHANGED: not as described any more"
  exit 1
fi
