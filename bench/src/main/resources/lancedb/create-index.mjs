// Trains and builds an IVF_PQ index as LanceDB does: node create-index.mjs DATASET INDEX PARTITIONS SUB-VECTORS
import * as path from "node:path";
import { connect, Index } from "lancedb-39";

const [dataset, name, partitions, subVectors] = process.argv.slice(2);
const database = await connect(path.dirname(dataset));
const table = await database.openTable(path.basename(dataset, ".lance"));
await table.createIndex("vector", {
  config: Index.ivfPq({
    numPartitions: Number(partitions),
    numSubVectors: Number(subVectors),
    distanceType: "l2",
  }),
  name,
});
