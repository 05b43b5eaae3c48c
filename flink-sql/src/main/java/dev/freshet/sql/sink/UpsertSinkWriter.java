package dev.freshet.sql.sink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.data.RowData;

/**
 * Writes a changelog: of each key the last row of a checkpoint, in fragments, and the keys whose
 * rows of before go.
 *
 * <p>It assumes that all changes of a key come to it, in their order. When its buffer is full, what
 * it holds becomes a change of its own, so a checkpoint may have several, each for a version.
 */
final class UpsertSinkWriter implements CommittingSinkWriter<RowData, Change> {

  private final long bufferBytes;
  private final List<String> columns;
  private final PrimaryKey.Reader key;
  private final LastRows last;
  private final FragmentSinkWriter fragments;
  private final List<Change> changes = new ArrayList<>();

  /**
   * @param fragments writes the rows; closed with this
   */
  UpsertSinkWriter(
      SinkSettings settings, TypeSerializer<RowData> serializer, FragmentSinkWriter fragments) {
    this.bufferBytes = settings.bufferBytes();
    PrimaryKey primaryKey = settings.primaryKey().orElseThrow();
    this.columns = primaryKey.names();
    this.key = primaryKey.reader(settings.rows());
    this.last = new LastRows(serializer);
    this.fragments = fragments;
  }

  @Override
  public void write(RowData row, Context context) throws IOException, InterruptedException {
    switch (row.getRowKind()) {
      case INSERT, UPDATE_AFTER -> last.put(keyOf(row), row);
      case DELETE -> last.delete(keyOf(row));
      case UPDATE_BEFORE -> {}
    }
    if (last.bytes() >= bufferBytes) {
      completeChange();
    }
  }

  private RowKey keyOf(RowData row) {
    return key.of(row)
        .orElseThrow(() -> new TableException("A row has no value in the primary key " + columns));
  }

  private void completeChange() throws IOException, InterruptedException {
    last.forEach(fragments::write);
    Change change = new Change(fragments.complete(), last.keys());
    last.clear();
    if (!change.isEmpty()) {
      changes.add(change);
    }
  }

  @Override
  public void flush(boolean endOfInput) {}

  @Override
  public Collection<Change> prepareCommit() throws IOException, InterruptedException {
    completeChange();
    List<Change> prepared = List.copyOf(changes);
    changes.clear();
    return prepared;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (Change change : changes) {
      fragments.discard(change.fragments());
    }
    fragments.close();
  }
}
