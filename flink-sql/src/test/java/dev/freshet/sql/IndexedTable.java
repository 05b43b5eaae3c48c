package dev.freshet.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.report.IndexVerification;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.read.VectorSearch;
import dev.freshet.vector.format.LocalIndexStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** A dataset of items with vectors and the index {@code embedding_idx}, looked at from outside. */
record IndexedTable(Path dataset, int partitions) {

  static final String INDEX = "embedding_idx";

  static final RowType ROWS =
      (RowType)
          DataTypes.ROW(
                  DataTypes.FIELD("id", DataTypes.BIGINT().notNull()),
                  DataTypes.FIELD("title", DataTypes.STRING()),
                  DataTypes.FIELD("embedding", DataTypes.ARRAY(DataTypes.FLOAT())))
              .getLogicalType();

  /** An item without its id. */
  record Item(String title, List<Float> embedding) {}

  DatasetVersions versions() {
    return new DatasetVersions(DatasetLocation.of(dataset.toString()), 1L << 30);
  }

  /** Fails unless each live row is in one segment once and nothing is left to index. */
  void assertIndexed(long rows, String description) throws Exception {
    try (DatasetVersions versions = versions()) {
      IndexVerification.Report report =
          new IndexVerification(versions, new LocalIndexStorage(dataset.toString()))
              .verify(INDEX, 20, new VectorSearch.Effort(partitions, 1));
      assertThat(report.violations()).as(description).isEmpty();
      assertThat(report.coverage()).as(description).isEqualTo(1.0);
      assertThat(report.indexedRows()).as(description).isEqualTo(rows);
    }
  }

  /** The items by id. Fails if an id is there twice. */
  Map<Long, Item> items() throws Exception {
    Map<Long, Item> items = new TreeMap<>();
    for (RowData row : StoredRows.read(dataset, ROWS)) {
      Item item = new Item(row.getString(1).toString(), floats(row.getArray(2).toFloatArray()));
      assertThat(items.put(row.getLong(0), item)).as("another row %s", row.getLong(0)).isNull();
    }
    return items;
  }

  /** A vector as a list, which compares by content. */
  private static List<Float> floats(float[] vector) {
    List<Float> list = new ArrayList<>();
    for (float element : vector) {
      list.add(element);
    }
    return list;
  }

  /** The ids of the nearest items by a distance, the nearest first. */
  List<Long> nearest(int k, ToDoubleFunction<List<Float>> distance) throws Exception {
    return items().entrySet().stream()
        .sorted(
            Comparator.comparingDouble(one -> distance.applyAsDouble(one.getValue().embedding())))
        .limit(k)
        .map(Map.Entry::getKey)
        .toList();
  }
}
