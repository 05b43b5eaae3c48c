#!/usr/bin/env bash
# The same filter finds other rows in two versions of LanceDB, with the same index.
#
# Run:   LanceDB 0.30.0 makes a table whose float64 column holds 10,000 times -0.0, 10,000 times 0.0,
#        the numbers from -5,000 to 4,999 and one NaN, and a BTREE index over it. Both versions count
#        rows by filters, and 0.30.0 also without the index.
# Guess: comparisons are those of IEEE 754, as in any database: -0.0 equals 0.0, and NaN is neither
#        greater nor less than a number. Whoever answers by an index answers as a scan would.
# Seen:  in 0.30.0 -0.0 is less than 0.0: "f = 0.0" misses all negative zeros, and "f < 0.0" finds
#        them. In 0.39.0 they are equal, though the index is the one that 0.30.0 sorted by its own
#        order. In both versions NaN is greater than every number: "f > 1e308" finds it. The index
#        never differs from a scan of the same version.
# Why:   0.30.0 compares floats by their total order (that of IEEE 754's totalOrder, as sort does);
#        the newer version makes an exception for zeros and leaves NaN where it was. So an index can
#        be checked against a scan only within one version: two readers that disagree do not show
#        that one of them reads the index wrongly.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'JSON'
{"private":true,"type":"module","dependencies":{"apache-arrow":"18.1.0",
 "older":"npm:@lancedb/lancedb@0.30.0","newer":"npm:@lancedb/lancedb@0.39.0"}}
JSON
npm install --silent --no-audit --no-fund
for name in older newer; do
  echo "version: @lancedb/lancedb $(node -p "require('./node_modules/$name/package.json').version")"
done
cat >finding.mjs <<'JS'
import * as arrow from "apache-arrow";
import * as older from "older";
import * as newer from "newer";

const schema = new arrow.Schema([
  new arrow.Field("f", new arrow.Float64(), true),
]);
const values = [
  ...Array(10_000).fill(-0.0), ...Array(10_000).fill(0.0),
  ...Array.from({ length: 10_000 }, (_, i) => i - 5_000), NaN,
];
const rows = older.makeArrowTable(values.map((f) => ({ f })), { schema });
const made = await (await older.connect("./db")).createTable("t", rows, { schema });
const filters = ["f = 0.0", "f < 0.0", "f >= 0.0", "f != 0.0", "f > 1e308"];
const counts = async (table) => Promise.all(filters.map((filter) => table.countRows(filter)));
const scanned = await counts(made);
await made.createIndex("f", { config: older.Index.btree() });
const byOlder = await counts(made);
const read = await (await newer.connect("./db")).openTable("t");
const byNewer = await counts(read);
const plan = await read.query().where("f = 0.0").select(["f"]).explainPlan(true);
const numbers = values.filter((f) => !Number.isNaN(f));
const ieee = [
  numbers.filter((f) => f === 0).length, numbers.filter((f) => f < 0).length,
  numbers.filter((f) => f >= 0).length, values.filter((f) => f !== 0).length, 0,
];
filters.forEach((filter, i) =>
  console.log(`${filter}: by IEEE 754 ${ieee[i]}; 0.30.0 by a scan ${scanned[i]}, ` +
    `by the index ${byOlder[i]}; 0.39.0 by the same index ${byNewer[i]}`));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const asDescribed =
  plan.includes("ScalarIndexQuery") && same(scanned, byOlder) &&
  same(byOlder, [10_001, 15_000, 15_001, 20_000, 1]) &&
  same(byNewer, [20_001, 5_000, 25_001, 10_000, 1]);
console.log(asDescribed ? "as described" : "CHANGED: not as described any more");
process.exit(asDescribed ? 0 : 1);
JS
LANCE_LOG=error node finding.mjs
