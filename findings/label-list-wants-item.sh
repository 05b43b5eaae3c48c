#!/usr/bin/env bash
# A label index is never used if the elements of the list have another name than "item".
#
# Run:   LanceDB 0.30.0 and 0.39.0 make a table with two columns of the same lists of texts, which differ
#        in nothing but the name of the element's field: "item", as pyarrow has it, and "element", as
#        Parquet has it. Both get a LABEL_LIST index. array_has is explained and counted.
# Guess: the name of the field inside of a list is of no meaning to a filter: both use their index.
# Seen:  both indexes are made, listed, and cover all rows. The plan over "item" has a ScalarIndexQuery,
#        that over "element" scans, silently and for ever. The counts are right in both.
# Why:   the planner casts the column to a list of "item" before it compares, and the rule that looks for
#        an index knows the bare column only. Tables that come from Parquet, Spark or Arrow Java name
#        the element otherwise. Who makes or keeps such an index should look into the plan, as no
#        answer will ever tell.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund \
  old@npm:@lancedb/lancedb@0.30.0 new@npm:@lancedb/lancedb@0.39.0 apache-arrow@18.1.0
cat >finding.mjs <<'JS'
import * as arrow from "apache-arrow";
import { readFileSync } from "node:fs";

let asDescribed = true;
for (const name of ["old", "new"]) {
  const { connect, Index } = await import(name);
  const version = JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
  console.log(`version: @lancedb/lancedb ${version}`);
  const lists = Array.from({ length: 1000 }, (_, row) => [`l${row % 5}`, `l${row % 7}`]);
  const column = (element) =>
    new arrow.Field(element, new arrow.List(new arrow.Field(element, new arrow.Utf8(), true)));
  const schema = new arrow.Schema([column("item"), column("element")]);
  const rows = lists.map((labels) => ({ item: labels, element: labels }));
  const table = await (await connect(`${name}.db`)).createTable("t", rows, { schema });
  for (const list of ["item", "element"]) await table.createIndex(list, { config: Index.labelList() });
  for (const list of ["item", "element"]) {
    const filter = `array_has(${list}, 'l6')`;
    const plan = await table.query().where(filter).select([list]).explainPlan(true);
    const used = plan.includes("ScalarIndexQuery");
    const found = await table.countRows(filter);
    const covered = (await table.indexStats(`${list}_idx`)).numIndexedRows;
    console.log(`${list}: index of ${covered} rows ${used ? "used" : "not used"}, ${found} found`);
    asDescribed &&= used === (list === "item") && covered === 1000;
    asDescribed &&= found === lists.filter((labels) => labels.includes("l6")).length;
  }
}
console.log(asDescribed ? "as described" : "CHANGED: not as described any more");
process.exit(asDescribed ? 0 : 1);
JS
LANCE_LOG=error node finding.mjs
