package dev.freshet.sql.source;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.sql.types.ArrowTypes;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.flink.table.types.logical.RowType;

/**
 * What the planner asks of the version that would be read now.
 *
 * @param rows live ones
 */
record StoredTable(Schema schema, long rows) {

  static StoredTable read(ScanSettings settings) {
    try (DatasetVersions versions = new DatasetVersions(settings.location(), ArrowBudget.MANIFEST);
        DatasetHandle latest = versions.latest()) {
      DatasetHandle version = versions.at(settings.snapshot().resolve(latest));
      return new StoredTable(version.schema(), version.countRows());
    }
  }

  /** Columns stored as Freshet itself stores their type, so that it is known how to compare. */
  Set<String> comparable(RowType declared) {
    return declared.getFields().stream()
        .filter(field -> isStoredAs(field))
        .map(RowType.RowField::getName)
        .collect(Collectors.toSet());
  }

  private boolean isStoredAs(RowType.RowField field) {
    ArrowType type = ArrowTypes.field(field.getName(), field.getType()).getType();
    return schema.getFields().stream()
        .anyMatch(
            stored -> stored.getName().equals(field.getName()) && stored.getType().equals(type));
  }
}
