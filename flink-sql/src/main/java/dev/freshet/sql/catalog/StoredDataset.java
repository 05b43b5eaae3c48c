package dev.freshet.sql.catalog;

import static dev.freshet.operators.options.FreshetOptions.COLUMN;
import static dev.freshet.sql.table.FreshetTableOptions.PATH;
import static dev.freshet.sql.table.FreshetTableOptions.VECTOR_DIMENSION;

import dev.freshet.lance.commit.TableProperties;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.sql.LanceTableFactory;
import dev.freshet.sql.types.ArrowSchemas;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.utils.TypeConversions;

/**
 * A version of a dataset as a table; also of one that others made, which has no description.
 *
 * @param path of the dataset
 * @param schema its columns
 */
record StoredDataset(
    String path, org.apache.arrow.vector.types.pojo.Schema schema, TableDescription description) {

  static StoredDataset read(DatasetHandle handle) {
    return new StoredDataset(
        handle.location().uri(),
        handle.schema(),
        TableDescription.fromProperties(TableProperties.of(handle)));
  }

  RowType rows() {
    return ArrowSchemas.rowType(schema);
  }

  CatalogTable table() {
    Schema.Builder columns =
        Schema.newBuilder().fromRowDataType(TypeConversions.fromLogicalToDataType(rows()));
    if (!description.primaryKey().isEmpty()) {
      columns.primaryKey(description.primaryKey());
    }
    return CatalogTable.newBuilder()
        .schema(columns.build())
        .comment(description.comment().orElse(""))
        .options(options())
        .build();
  }

  /** With the vector column and its dimension, if it is clear which one that is. */
  private Map<String, String> options() {
    Map<String, String> options = new HashMap<>(description.options());
    options.put(FactoryUtil.CONNECTOR.key(), LanceTableFactory.IDENTIFIER);
    options.put(PATH.key(), path);
    vector(options)
        .ifPresent(
            field -> {
              int dimension = ((ArrowType.FixedSizeList) field.getType()).getListSize();
              options.put(COLUMN.key(), field.getName());
              options.put(VECTOR_DIMENSION.key(), Integer.toString(dimension));
            });
    return options;
  }

  private Optional<Field> vector(Map<String, String> options) {
    List<Field> vectors =
        schema.getFields().stream()
            .filter(field -> field.getType() instanceof ArrowType.FixedSizeList)
            .toList();
    Optional<String> chosen = Optional.ofNullable(options.get(COLUMN.key()));
    return vectors.stream()
        .filter(field -> chosen.map(field.getName()::equals).orElse(vectors.size() == 1))
        .findFirst();
  }
}
