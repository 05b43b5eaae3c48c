package dev.freshet.sql.sink;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.RowData;

/** The last row of each key that was changed, or that it was deleted. Rows are held as bytes. */
final class LastRows {

  /** About what an entry takes beside its bytes: the map's node, key, arrays, references. */
  private static final int ENTRY_BYTES = 160;

  private final TypeSerializer<RowData> serializer;
  private final DataOutputSerializer out = new DataOutputSerializer(1024);
  private final Map<RowKey, Optional<byte[]>> rows = new LinkedHashMap<>();
  private long bytes;

  LastRows(TypeSerializer<RowData> serializer) {
    this.serializer = serializer;
  }

  void put(RowKey key, RowData row) throws IOException {
    out.clear();
    serializer.serialize(row, out);
    put(key, Optional.of(out.getCopyOfBuffer()));
  }

  void delete(RowKey key) {
    put(key, Optional.empty());
  }

  private void put(RowKey key, Optional<byte[]> row) {
    Optional<byte[]> before = rows.put(key, row);
    if (before == null) {
      bytes += ENTRY_BYTES + key.length();
    } else {
      bytes -= before.map(old -> old.length).orElse(0);
    }
    bytes += row.map(now -> now.length).orElse(0);
  }

  /** About how many bytes of the heap this holds. */
  long bytes() {
    return bytes;
  }

  /** Every key. */
  Set<RowKey> keys() {
    return Set.copyOf(rows.keySet());
  }

  /** Takes a row. */
  interface Consumer {
    void accept(RowData row) throws IOException, InterruptedException;
  }

  /** Hands over the rows that are there, in the order in which their keys came first. */
  void forEach(Consumer consumer) throws IOException, InterruptedException {
    DataInputDeserializer in = new DataInputDeserializer();
    for (Optional<byte[]> row : rows.values()) {
      if (row.isPresent()) {
        in.setBuffer(row.get());
        consumer.accept(serializer.deserialize(in));
      }
    }
  }

  void clear() {
    rows.clear();
    bytes = 0;
  }
}
