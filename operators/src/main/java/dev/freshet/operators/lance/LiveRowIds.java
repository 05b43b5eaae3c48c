package dev.freshet.operators.lance;

import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.arrow.vector.UInt8Vector;
import org.lance.ipc.ScanOptions;

/** Row ids of the live rows of one fragment, in their order. Memory: 8 bytes a row. */
final class LiveRowIds {

  private LiveRowIds() {}

  static long[] of(DatasetHandle handle, int fragment) throws IOException {
    ScanOptions options =
        new ScanOptions.Builder()
            .fragmentIds(List.of(fragment))
            .columns(List.of())
            .withRowId(true)
            .build();
    LongStream.Builder rows = LongStream.builder();
    try (BatchScan scan = new BatchScan(handle, options)) {
      while (scan.next()) {
        UInt8Vector ids = (UInt8Vector) scan.batch().getVector("_rowid");
        for (int row = 0; row < ids.getValueCount(); row++) {
          rows.add(ids.get(row));
        }
      }
    }
    return rows.build().toArray();
  }
}
