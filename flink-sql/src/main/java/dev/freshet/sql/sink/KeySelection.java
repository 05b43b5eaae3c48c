package dev.freshet.sql.sink;

import dev.freshet.lance.read.SelectedRows;
import dev.freshet.sql.types.ArrowRowReader;
import java.util.Set;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Selects the rows that have one of some keys. */
record KeySelection(PrimaryKey key, Set<RowKey> keys) implements SelectedRows.Selection {

  KeySelection {
    keys = Set.copyOf(keys);
  }

  @Override
  public Rows in(VectorSchemaRoot batch) {
    ArrowRowReader rows = new ArrowRowReader(key.columns(), batch);
    PrimaryKey.Reader reader = key.reader(key.columns());
    return row -> reader.of(rows.read(row)).filter(keys::contains).isPresent();
  }
}
