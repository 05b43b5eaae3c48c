package dev.freshet.lance.read;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.apache.arrow.vector.UInt8Vector;
import org.lance.ipc.ScanOptions;

/** Row ids of the live rows of fragments, fragment by fragment in their order. */
public final class LiveRowIds {

  private LiveRowIds() {}

  /** Feeds the row ids of some fragments, by one scan that reads no column. */
  public static void forEach(DatasetHandle handle, List<Integer> fragments, LongConsumer rows)
      throws IOException {
    if (fragments.isEmpty()) { // to Lance, no fragment is all of them
      return;
    }
    ScanOptions options =
        new ScanOptions.Builder().fragmentIds(fragments).columns(List.of()).withRowId(true).build();
    try (BatchScan scan = new BatchScan(handle, options)) {
      while (scan.next()) {
        UInt8Vector ids = (UInt8Vector) scan.batch().getVector("_rowid");
        for (int row = 0; row < ids.getValueCount(); row++) {
          rows.accept(ids.get(row));
        }
      }
    }
  }

  /** Row ids of one fragment. Memory: 8 bytes a row. */
  public static long[] of(DatasetHandle handle, int fragment) throws IOException {
    LongStream.Builder rows = LongStream.builder();
    forEach(handle, List.of(fragment), rows::add);
    return rows.build().toArray();
  }
}
