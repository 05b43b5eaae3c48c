// Reads a table with LanceDB alone and says what it holds and finds, as lines of name=value.
import { connect } from "@lancedb/lancedb";

const [database, name, partitions] = process.argv.slice(2);
const table = await (await connect(database)).openTable(name);
const [first] = await table.query().where("id = 7").toArray();
const query = Array.from(first.embedding);
const [index] = await table.listIndices();
const stats = await table.indexStats(index.name);
const search = () => table.search(query).nprobes(Number(partitions)).refineFactor(50).limit(10);
const found = await search().toArray();

console.log(`rows=${await table.countRows()}`);
console.log(`columns=${(await table.schema()).fields.map((field) => field.name).join(",")}`);
console.log(`title=${first.title}`);
console.log(`index=${index.name}`);
console.log(`type=${stats.indexType}`);
console.log(`indexed=${stats.numIndexedRows}`);
console.log(`unindexed=${stats.numUnindexedRows}`);
console.log(`usesIndex=${(await search().explainPlan(true)).includes("ANN")}`);
console.log(`query=${query.join(",")}`);
console.log(`found=${found.map((row) => row.id).join(",")}`);
console.log(`distances=${found.map((row) => row._distance).join(",")}`);
process.exit(0);
