package dev.freshet.sql;

import dev.freshet.sql.types.ArrowRowReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.ipc.LanceScanner;
import org.lance.ipc.ScanOptions;

/** What a dataset holds, read with Lance alone. */
public final class StoredRows {

  private StoredRows() {}

  /** Every row, in the order of the dataset. */
  public static List<RowData> read(Path dataset, RowType type) throws Exception {
    List<RowData> rows = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        Dataset opened = open(dataset, allocator);
        LanceScanner scanner =
            LanceScanner.create(opened, new ScanOptions.Builder().build(), allocator);
        ArrowReader reader = scanner.scanBatches()) {
      while (reader.loadNextBatch()) {
        ArrowRowReader batch = new ArrowRowReader(type, reader.getVectorSchemaRoot());
        for (int i = 0; i < reader.getVectorSchemaRoot().getRowCount(); i++) {
          rows.add(batch.read(i));
        }
      }
    }
    return rows;
  }

  public static Schema schema(Path dataset) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset opened = open(dataset, allocator)) {
      return opened.getSchema();
    }
  }

  public static long count(Path dataset) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset opened = open(dataset, allocator)) {
      return opened.countRows();
    }
  }

  /** Rows of each fragment. */
  public static List<Integer> fragments(Path dataset) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset opened = open(dataset, allocator)) {
      return opened.getFragments().stream().map(Fragment::countRows).toList();
    }
  }

  public static long version(Path dataset) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        Dataset opened = open(dataset, allocator)) {
      return opened.version();
    }
  }

  private static Dataset open(Path dataset, BufferAllocator allocator) {
    return Dataset.open().allocator(allocator).uri(dataset.toString()).build();
  }
}
