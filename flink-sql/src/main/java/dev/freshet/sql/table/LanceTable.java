package dev.freshet.sql.table;

import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.sql.types.VectorSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.types.logical.RowType;

/**
 * A table as it is declared: what a source or a sink is planned from.
 *
 * @param rows the physical columns
 * @param vector the column of vectors and its dimension, if both are given
 * @param primaryKey its columns; empty if there is none
 * @param options the table's options, with {@code path} also as the stream's {@code dataset}
 */
public record LanceTable(
    ObjectIdentifier name,
    DatasetLocation location,
    RowType rows,
    Optional<VectorSpec> vector,
    List<String> primaryKey,
    Configuration options) {

  public LanceTable {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(location, "location");
    Objects.requireNonNull(rows, "rows");
    Objects.requireNonNull(vector, "vector");
    primaryKey = List.copyOf(primaryKey);
    Objects.requireNonNull(options, "options");
  }

  /**
   * Reads what the user declared.
   *
   * @throws ValidationException in one line, if the options do not fit the columns
   */
  public static LanceTable of(ObjectIdentifier name, ResolvedSchema schema, ReadableConfig given) {
    Configuration options = Configuration.fromMap(given.toMap());
    options.set(FreshetOptions.DATASET, given.get(FreshetTableOptions.PATH));
    RowType rows = (RowType) schema.toPhysicalRowDataType().getLogicalType();
    return new LanceTable(
        name,
        new DatasetLocation(given.get(FreshetTableOptions.PATH), given.get(FreshetOptions.STORAGE)),
        rows,
        vector(rows, given),
        schema.getPrimaryKey().map(key -> key.getColumns()).orElse(List.of()),
        options);
  }

  private static Optional<VectorSpec> vector(RowType rows, ReadableConfig given) {
    Optional<String> column = given.getOptional(FreshetOptions.COLUMN);
    Optional<Integer> dimension = given.getOptional(FreshetTableOptions.VECTOR_DIMENSION);
    column
        .filter(one -> !rows.getFieldNames().contains(one))
        .ifPresent(
            one -> {
              throw new ValidationException(
                  "Option vector.column names '"
                      + one
                      + "', but the table has the columns "
                      + rows.getFieldNames());
            });
    if (dimension.isPresent() && column.isEmpty()) {
      throw new ValidationException(
          "Option vector.dimension needs vector.column, the column it is of");
    }
    return column.flatMap(one -> dimension.map(size -> vector(one, size)));
  }

  private static VectorSpec vector(String column, int dimension) {
    try {
      return new VectorSpec(column, dimension);
    } catch (IllegalArgumentException e) {
      throw new ValidationException("Option vector.dimension: " + e.getMessage(), e);
    }
  }
}
