SET 'execution.checkpointing.interval' = '1s';

CREATE TABLE source (id BIGINT, embedding ARRAY<FLOAT>) WITH (
  'connector' = 'datagen', 'number-of-rows' = '20000', 'rows-per-second' = '2000',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '20000',
  'fields.embedding.length' = '16',
  'fields.embedding.element.min' = '-1', 'fields.embedding.element.max' = '1'
);

CREATE TABLE items (id BIGINT, title STRING, embedding ARRAY<FLOAT>) WITH (
  'connector' = 'freshet', 'path' = '/data/items.lance',
  'vector.column' = 'embedding', 'vector.dimension' = '16',
  'index.type' = 'IVF_FLAT', 'index.metric' = 'cosine', 'index.partitions' = '16',
  'search.nprobes' = '16'
);

-- exactly once, and indexed in the same job
INSERT INTO items SELECT id, 'item ' || CAST(id AS STRING), embedding FROM source;

-- filters, columns and limits are pushed down
SELECT COUNT(*) FROM items;
SELECT id, title FROM items WHERE id < 10;

-- Flink's own vector search: the neighbours of three items
SELECT item, id, score
  FROM (SELECT id, embedding FROM items WHERE id < 4) AS q(item, asked),
  LATERAL TABLE(VECTOR_SEARCH(TABLE items, DESCRIPTOR(embedding), q.asked, 10));
