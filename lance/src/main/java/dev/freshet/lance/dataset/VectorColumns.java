package dev.freshet.lance.dataset;

import dev.freshet.lance.dataset.VectorColumn.Element;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lance.schema.LanceField;
import org.lance.schema.LanceSchema;

/** Finds the column of vectors in a schema, or says what is wrong with it. */
final class VectorColumns {

  private static final String LIST = "fixed_size_list:";

  private VectorColumns() {}

  /** A column of any type. */
  static LanceField field(LanceSchema schema, String name, DatasetLocation location) {
    LanceField field =
        schema.fields().stream()
            .filter(candidate -> candidate.getName().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new DatasetException(
                        "No column '"
                            + name
                            + "' in "
                            + location
                            + ": it has "
                            + schema.fields().stream()
                                .map(LanceField::getName)
                                .collect(Collectors.joining(", "))));
    if (name.isEmpty() || name.indexOf('`') >= 0) {
      throw new DatasetException(
          "Column '"
              + name
              + "' of "
              + location
              + " has a name that Lance cannot read by: rename the column, without a backtick");
    }
    return field;
  }

  static VectorColumn find(LanceSchema schema, String name, DatasetLocation location) {
    LanceField field = field(schema, name, location);
    return vectors(field)
        .orElseThrow(
            () ->
                new DatasetException(
                    "Column '"
                        + name
                        + "' of "
                        + location
                        + " is "
                        + field.getLogicalType()
                        + ": a vector index needs a fixed_size_list of float16, float32 or"
                        + " float64"));
  }

  /** Lance writes the type as {@code fixed_size_list:<element>:<dimension>}. */
  private static Optional<VectorColumn> vectors(LanceField field) {
    String type = field.getLogicalType();
    int dimensionAt = type.lastIndexOf(':') + 1;
    if (!type.startsWith(LIST) || dimensionAt <= LIST.length()) {
      return Optional.empty();
    }
    String elementType = type.substring(LIST.length(), dimensionAt - 1);
    int dimension = Integer.parseInt(type.substring(dimensionAt));
    return Arrays.stream(Element.values())
        .filter(element -> element.logicalType().equals(elementType))
        .findFirst()
        .map(element -> new VectorColumn(field.getName(), field.getId(), dimension, element));
  }
}
