#!/usr/bin/env bash
# optimize() with nothing new turns an index of 16 partitions into one of a single partition.
#
# Run:   LanceDB 0.39.0 makes an IVF_PQ index with 16 partitions and 8 sub-vectors over 6,000 rows
#        and calls optimize() on the table as it is: no row was added, changed or deleted. Recall@10
#        is at full probe and without refining, against a search that bypasses the index.
# Guess: there is nothing to optimize: answers and costs are the same as before. If partitions are
#        balanced at all, it is a step at a time.
# Seen:  after one call a search with a single probe reaches all 6,000 rows, where it reached a few
#        hundred: one partition is left. Recall falls by a tenth or so, as the codes are now
#        distances from one centroid in a codebook that was trained around 16. Nothing that LanceDB
#        tells of the index changes: rows indexed, none unindexed, one index.
# Why:   the number of partitions that somebody asked for is not kept by a table that is optimized
#        on a schedule. A writer that adds segments to such an index has to take centroids and
#        codebook from the files as they are now, not from what it was told or wrote before; and
#        a small table shows costs and recall of brute force over codes, not those of the index.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund @lancedb/lancedb@0.39.0 apache-arrow@18.1.0
cat >finding.mjs <<'JS'
import { readFileSync } from "node:fs";
import { connect, Index } from "@lancedb/lancedb";
import { Field, FixedSizeList, Float32, Int64, Schema } from "apache-arrow";

const DIM = 32;
const ROWS = 6000;
let state = 7;
const uniform = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return (state + 0.5) / 4294967296;
};
const gauss = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
const centers = Array.from({ length: 60 }, () => Array.from({ length: DIM }, gauss));
const rows = Array.from({ length: ROWS }, (_, i) => {
  const center = centers[Math.floor(uniform() * centers.length)];
  return { id: BigInt(i), vector: center.map((x) => x + 0.5 * gauss()) };
});
const item = new Field("item", new Float32(), true);
const schema = new Schema([
  new Field("id", new Int64(), false),
  new Field("vector", new FixedSizeList(DIM, item), true),
]);
const table = await (await connect(".")).createTable("t", rows, { schema });
await table.createIndex("vector", { config: Index.ivfPq({ numPartitions: 16, numSubVectors: 8 }) });

const ids = async (search) =>
  (await search.select(["id", "_distance"]).toArray()).map((row) => Number(row.id));

async function look(when) {
  let hits = 0;
  for (let q = 0; q < 50; q++) {
    const key = rows[q * 100].vector.map((x, d) => x + (d % 2 ? -0.1 : 0.1));
    const near = new Set(await ids(table.search(key).limit(10).bypassVectorIndex()));
    const found = await ids(table.search(key).limit(10).nprobes(1000));
    hits += found.filter((id) => near.has(id)).length;
  }
  const recall = hits / 500;
  const reached = (await ids(table.search(rows[0].vector).limit(2 * ROWS).nprobes(1))).length;
  const stats = JSON.stringify(await table.indexStats("vector_idx"));
  console.log(`${when}: recall ${recall}, reached by one probe ${reached} of ${ROWS} rows, ${stats}`);
  return { recall, reached, stats };
}

const { version } = JSON.parse(readFileSync("node_modules/@lancedb/lancedb/package.json"));
console.log(`version: @lancedb/lancedb ${version}`);
const made = await look("made");
await table.optimize();
const optimized = await look("after optimize()");
const asDescribed =
  made.reached < ROWS / 3 && optimized.reached === ROWS &&
  optimized.recall < made.recall - 0.03 && made.stats === optimized.stats;
console.log(asDescribed ? "as described" : "CHANGED: not as described any more");
process.exit(asDescribed ? 0 : 1);
JS
LANCE_LOG=error node finding.mjs
