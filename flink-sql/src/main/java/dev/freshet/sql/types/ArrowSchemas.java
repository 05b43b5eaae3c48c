package dev.freshet.sql.types;

import static org.apache.flink.table.types.logical.LogicalTypeFamily.BINARY_STRING;
import static org.apache.flink.table.types.logical.LogicalTypeFamily.CHARACTER_STRING;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/** The schemas of tables as Arrow's, and back. */
public final class ArrowSchemas {

  private ArrowSchemas() {}

  /**
   * The schema in which a table's rows are stored.
   *
   * @param vector the column to store as vectors of a fixed dimension, if there is one
   * @throws ValidationException if a column's type cannot be stored, or there is no such column
   */
  public static Schema schema(RowType rows, Optional<VectorSpec> vector) {
    vector.ifPresent(spec -> requireColumn(rows, spec.column()));
    return new Schema(
        rows.getFields().stream().map(field -> field(field, vector)).collect(Collectors.toList()));
  }

  private static Field field(RowType.RowField field, Optional<VectorSpec> vector) {
    return vector
        .filter(spec -> spec.column().equals(field.getName()))
        .map(spec -> ArrowTypes.vectorField(field.getName(), field.getType(), spec.dimension()))
        .orElseGet(() -> ArrowTypes.field(field.getName(), field.getType()));
  }

  private static void requireColumn(RowType rows, String column) {
    if (!rows.getFieldNames().contains(column)) {
      throw new ValidationException(
          "The table has no column '" + column + "' that vector.column names");
    }
  }

  /**
   * The row type of what is stored.
   *
   * @throws ValidationException if Flink has no type for a column
   */
  public static RowType rowType(Schema stored) {
    return new RowType(
        stored.getFields().stream()
            .map(field -> new RowType.RowField(field.getName(), FlinkTypes.logicalType(field)))
            .toList());
  }

  /**
   * Checks that the columns a table declares can be read from what is stored.
   *
   * @throws ValidationException if a column is missing or of another kind
   */
  public static void requireReadable(RowType declared, Schema stored) {
    for (RowType.RowField column : declared.getFields()) {
      Field field =
          find(stored, column.getName())
              .orElseThrow(
                  () ->
                      new ValidationException(
                          "The dataset has no column '" + column.getName() + "'"));
      LogicalType type = FlinkTypes.logicalType(field);
      if (!readable(column.getType(), type)) {
        throw mismatch(column, type.asSummaryString());
      }
    }
  }

  /** Whether the types differ only in lengths, digits of seconds and nullability. */
  private static boolean readable(LogicalType declared, LogicalType stored) {
    if (declared instanceof DecimalType) {
      return declared.copy(true).equals(stored.copy(true));
    }
    if (declared instanceof RowType row && stored instanceof RowType other) {
      return row.getFieldNames().equals(other.getFieldNames())
          && childrenReadable(declared, stored);
    }
    return sameRoot(declared, stored) && childrenReadable(declared, stored);
  }

  private static boolean sameRoot(LogicalType declared, LogicalType stored) {
    return declared.is(stored.getTypeRoot())
        || (declared.is(CHARACTER_STRING) && stored.is(CHARACTER_STRING))
        || (declared.is(BINARY_STRING) && stored.is(BINARY_STRING));
  }

  private static boolean childrenReadable(LogicalType declared, LogicalType stored) {
    List<LogicalType> asked = declared.getChildren();
    List<LogicalType> there = stored.getChildren();
    return asked.size() == there.size()
        && IntStream.range(0, asked.size()).allMatch(i -> readable(asked.get(i), there.get(i)));
  }

  /**
   * Checks that rows of one schema can be appended to what is stored.
   *
   * @throws ValidationException if the columns are not the same
   */
  public static void requireWritable(Schema declared, Schema stored) {
    for (Field column : declared.getFields()) {
      Field field =
          find(stored, column.getName())
              .orElseThrow(
                  () ->
                      new ValidationException(
                          "The dataset has no column '" + column.getName() + "'"));
      requireSame(column, field);
    }
    List<String> missing =
        stored.getFields().stream()
            .map(Field::getName)
            .filter(name -> find(declared, name).isEmpty())
            .toList();
    if (!missing.isEmpty()) {
      throw new ValidationException("The table leaves out columns of the dataset: " + missing);
    }
  }

  /**
   * The table's columns in the order of the dataset: what rows are written in.
   *
   * @throws ValidationException as {@link #requireWritable} does
   */
  public static Schema inOrderOf(Schema stored, Schema declared) {
    requireWritable(declared, stored);
    return new Schema(
        stored.getFields().stream()
            .map(field -> find(declared, field.getName()).orElseThrow())
            .collect(Collectors.toList()));
  }

  private static void requireSame(Field column, Field stored) {
    if (!kind(column).equals(kind(stored))) {
      throw new ValidationException(
          "Column '"
              + column.getName()
              + "' is "
              + kind(column)
              + " in the table and "
              + kind(stored)
              + " in the dataset");
    }
    if (column.isNullable() && !stored.isNullable()) {
      throw new ValidationException(
          "Column '" + column.getName() + "' may be null in the table, but not in the dataset");
    }
  }

  /** Names of inner list elements and nullability of inner values apart. */
  private static String kind(Field field) {
    boolean isStruct = field.getType() instanceof ArrowType.Struct;
    String children =
        field.getChildren().isEmpty()
            ? ""
            : field.getChildren().stream()
                .map(child -> (isStruct ? child.getName() + " " : "") + kind(child))
                .collect(Collectors.joining(", ", "<", ">"));
    return field.getType() + children;
  }

  private static Optional<Field> find(Schema schema, String name) {
    return schema.getFields().stream().filter(field -> field.getName().equals(name)).findFirst();
  }

  private static ValidationException mismatch(RowType.RowField column, String stored) {
    return new ValidationException(
        "Column '"
            + column.getName()
            + "' is "
            + column.getType().asSummaryString()
            + " in the table and "
            + stored
            + " in the dataset");
  }
}
