// Acts on tables `t` with the LanceDB that is named: a line of JSON in, a line of JSON out.
import * as arrow from "apache-arrow";
import { createInterface } from "node:readline";

const { connect, Index, MatchQuery, PhraseQuery } = await import(process.argv[2]);
const DIMENSION = 16;
const CENTERS = 40;
const QUERIES = 25;
const K = 10;
const ALL_PROBES = 1000;
const REFINE = 30;

const uniform = (seed) => {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x9e3779b9) >>> 0;
    let t = Math.imul(s ^ (s >>> 16), 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return ((t ^ (t >>> 15)) >>> 0) / 4294967296;
  };
};
const gauss = (u) => Math.sqrt(-2 * Math.log(1 - u())) * Math.cos(2 * Math.PI * u());
const drawn = uniform(4);
const centers = Array.from({ length: CENTERS }, () =>
  Array.from({ length: DIMENSION }, () => gauss(drawn)),
);
/** The vector of a row; another salt gives the same row another one. */
const vector = (id, salt) => {
  const u = uniform(id * 7919 + salt * 104729 + 1);
  const center = centers[Math.floor(u() * CENTERS)];
  return center.map((x) => x + 0.6 * gauss(u));
};
const word = (id) => "w" + (id % 97);
/** Some have no labels, some an empty list of them. */
const labels = (id) => (id % 17 === 5 ? null : id % 17 === 6 ? [] : [word(id), "all"]);
/** The same as a text. */
const note = (id) => labels(id)?.map((label) => `${label} n${id % 5} things`).join(", ") ?? null;
const rows = (from, count, salt = 0, away = 0) =>
  Array.from({ length: count }, (_, i) => ({
    id: BigInt(from + i),
    word: word(from + i),
    vector: vector(from + i, salt).map((x) => x + away),
  }));
const labelled = (of) =>
  of.map((row) => ({ ...row, labels: labels(Number(row.id)), note: note(Number(row.id)) }));
const fields = [
  new arrow.Field("id", new arrow.Int64(), false),
  new arrow.Field("word", new arrow.Utf8(), true),
  new arrow.Field(
    "vector",
    new arrow.FixedSizeList(DIMENSION, new arrow.Field("item", new arrow.Float32(), true)),
    true,
  ),
];
const listed = new arrow.List(new arrow.Field("item", new arrow.Utf8(), true));
const schema = new arrow.Schema(fields);
const labelledSchema = new arrow.Schema([
  ...fields,
  new arrow.Field("labels", listed, true),
  new arrow.Field("note", new arrow.Utf8(), true),
]);
const hasLabels = async (table) => (await table.schema()).fields.some((f) => f.name === "labels");
/** The rows as the table takes them. */
const fitting = async (table, of) => ((await hasLabels(table)) ? labelled(of) : of);
const configs = {
  IVF_FLAT: (p) => Index.ivfFlat({ numPartitions: p }),
  IVF_PQ: (p) => Index.ivfPq({ numPartitions: p, numSubVectors: DIMENSION / 2 }),
  IVF_RQ: (p) => Index.ivfRq({ numPartitions: p, numBits: 1 }),
  IVF_HNSW_PQ: (p) => Index.hnswPq({ numPartitions: p, numSubVectors: DIMENSION / 2 }),
  IVF_HNSW_SQ: (p) => Index.hnswSq({ numPartitions: p }),
  BTREE: () => Index.btree(),
  BITMAP: () => Index.bitmap(),
  LABEL_LIST: () => Index.labelList(),
  FTS: () => Index.fts(),
  INVERTED: () => Index.fts({ withPosition: true }),
  FTS_OF_LARGE_BLOCKS: () => Index.fts({ blockSize: 256 }),
  FM: () => Index.fm(),
};

const stored = async (table) =>
  (await table.query().select(["id", "vector"]).toArray())
    .map((row) => [Number(row.id), Array.from(row.vector)])
    .sort((a, b) => a[0] - b[0]);
const squared = (a, b) => a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0);
const nearest = (all, query) =>
  new Set(
    all
      .map(([id, v]) => [squared(v, query), id])
      .sort((a, b) => a[0] - b[0])
      .slice(0, K)
      .map((found) => found[1]),
  );
/** Changes with any id or value. */
const digest = (all) => {
  let hash = 0;
  for (const [id, v] of all) {
    hash = (Math.imul(hash, 31) + id) | 0;
    for (const x of v) hash = (Math.imul(hash, 31) + Math.round(x * 65536)) | 0;
  }
  return all.length + ":" + hash;
};

/** What an index answers, beside brute force over the rows as they are read back. */
const judge = async (table) => {
  const all = await stored(table);
  const ask = (query, refine) => {
    const search = table.search(query).limit(K).nprobes(ALL_PROBES);
    return refine ? search.refineFactor(refine) : search;
  };
  let hits = 0;
  let refined = 0;
  let answers = 0;
  for (let q = 0; q < QUERIES; q++) {
    const query = all[Math.floor((q * all.length) / QUERIES)][1].map((x, i) =>
      i % 2 ? x - 0.1 : x + 0.1,
    );
    const near = nearest(all, query);
    const count = (found) => found.filter((row) => near.has(Number(row.id))).length;
    const found = await ask(query, 0).select(["id", "_distance"]).toArray();
    answers += found.length;
    hits += count(found);
    refined += count(await ask(query, REFINE).select(["id", "_distance"]).toArray());
  }
  const every = await table
    .search(all[0][1])
    .limit(2 * all.length)
    .nprobes(ALL_PROBES)
    .select(["id", "_distance"])
    .toArray();
  const seen = new Map();
  for (const row of every) seen.set(Number(row.id), (seen.get(Number(row.id)) ?? 0) + 1);
  const ids = new Set(all.map(([id]) => id));
  const plan = await ask(all[0][1], 0).explainPlan(true);
  const stats = await table.indexStats("vector_idx");
  return {
    rows: digest(all),
    answers: answers / QUERIES,
    recall: hits / QUERIES / K,
    refined: refined / QUERIES / K,
    twice: [...seen.values()].filter((n) => n > 1).length,
    missing: all.filter(([id]) => !seen.has(id)).length,
    alien: [...seen.keys()].filter((id) => !ids.has(id)).length,
    unindexed: Number(stats?.numUnindexedRows ?? -1),
    usesIndex: /ANN/.test(plan),
  };
};

const merge = async (table, from, count, salt) =>
  table
    .mergeInsert("id")
    .whenMatchedUpdateAll()
    .whenNotMatchedInsertAll()
    .execute(await fitting(table, rows(from, count, salt)));
const acts = {
  async make({ db, rows: count, storage, stable, labels: withLabels }) {
    const storageOptions = { newTableDataStorageVersion: storage };
    if (stable) storageOptions.newTableEnableStableRowIds = "true";
    const table = withLabels
      ? await db.createTable("t", labelled(rows(0, count / 2)), {
          schema: labelledSchema,
          storageOptions,
        })
      : await db.createTable("t", rows(0, count / 2), { schema, storageOptions });
    await table.add(await fitting(table, rows(count / 2, count - count / 2)));
  },
  async index({ table, kind, column, partitions }) {
    const name = column + "_idx";
    await table.createIndex(column, { config: configs[kind](partitions), name });
  },
  add: async ({ table, from, count, away }) =>
    table.add(await fitting(table, rows(from, count, 0, away))),
  delete: ({ table, where }) => table.delete(where),
  merge: ({ table, from, count, salt }) => merge(table, from, count, salt),
  async update({ table, ids, salt }) {
    for (const id of ids) {
      await table.update({ where: `id = ${id}`, values: { vector: vector(id, salt) } });
    }
  },
  reword: async ({ table, where }) => {
    const other = (await hasLabels(table)) ? { labels: "make_array('other')", note: "'other n9 things'" } : {};
    await table.update({ where, valuesSql: { word: "'other'", ...other } });
  },
  optimize: ({ table }) => table.optimize(),
  async lsm({ table, from, count }) {
    await table.setUnenforcedPrimaryKey("id");
    await table.setLsmWriteSpec({ specType: "unsharded" });
    await merge(table, from, count, 0);
    await table.closeLsmWriters();
  },
};
/** Acts that answer something. */
const questions = {
  rows: async ({ table }) => ({ rows: digest(await stored(table)) }),
  judge: ({ table }) => judge(table),
  async indexes({ table }) {
    const names = (await table.listIndices()).map((index) => index.name).sort();
    return { indexes: names.join(",") };
  },
  async filter({ table, where }) {
    const found = await table.query().where(where).select(["id"]).toArray();
    const ids = found.map((row) => Number(row.id)).sort((a, b) => a - b);
    return { ids: ids.join(",") };
  },
  async search({ table, text, operator, phrase, filter }) {
    const query = phrase
      ? new PhraseQuery(text, "note")
      : new MatchQuery(text, "note", { operator });
    const search = table.query().fullTextSearch(query).limit(9999).select(["id"]);
    const found = await (filter ? search.where(filter) : search).toArray();
    const ids = found.map((row) => Number(row.id)).sort((a, b) => a - b);
    return { ids: ids.join(",") };
  },
  async words({ table }) {
    const found = await table.query().fullTextSearch("w7").limit(1000).toArray();
    return { words: found.map((row) => Number(row.id)).sort((a, b) => a - b).join(",") };
  },
  async wordsByScan({ table }) {
    const found = await table.query().where("word = 'w7'").select(["id"]).toArray();
    return { words: found.map((row) => Number(row.id)).sort((a, b) => a - b).join(",") };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { act, database, ...given } = JSON.parse(line);
  let answer = {};
  try {
    const db = await connect(database);
    const table = act === "make" ? undefined : await db.openTable("t");
    if (act in questions) answer = await questions[act]({ table, ...given });
    else await acts[act]({ db, table, ...given });
  } catch (error) {
    answer = { error: String(error.message ?? error).split("\n")[0] };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
process.exit(0);
