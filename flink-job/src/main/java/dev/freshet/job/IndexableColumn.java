package dev.freshet.job;

import dev.freshet.lance.commit.TextParameters;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.verify.SqlLiteral;
import dev.freshet.state.model.IndexSpec;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Tells whether a column can have an index of values that is of use. */
final class IndexableColumn {

  /** With elements of another name Lance never looks into an index of lists. */
  private static final String ELEMENT = "item";

  private IndexableColumn() {}

  /**
   * Checks the column of an index.
   *
   * @throws DatasetException in one line, if it cannot
   */
  static void check(DatasetHandle dataset, IndexSpec.Scalar index) {
    Field column = dataset.schema().findField(index.column());
    if (index.type().isOverWords()) {
      checkTexts(dataset, index, column);
    } else if (index.type().isOverLists()) {
      checkLists(dataset, index, column);
    } else if (!SqlLiteral.isKnown(column.getType())) {
      throw refused(
          dataset,
          index,
          column.getType().toString(),
          "is kept over numbers, texts, dates and booleans");
    }
  }

  private static void checkTexts(DatasetHandle dataset, IndexSpec.Scalar index, Field column) {
    if (!(column.getType() instanceof ArrowType.Utf8
        || column.getType() instanceof ArrowType.LargeUtf8)) {
      throw refused(dataset, index, column.getType().toString(), "is kept over texts");
    }
    TextParameters.requireFormat();
  }

  private static void checkLists(DatasetHandle dataset, IndexSpec.Scalar index, Field column) {
    String kept = "is kept over lists of texts or 64-bit integers";
    if (!(column.getType() instanceof ArrowType.List)) {
      throw refused(dataset, index, column.getType().toString(), kept);
    }
    Field element = column.getChildren().get(0);
    if (!isLabel(element.getType())) {
      throw refused(dataset, index, "a list of " + element.getType(), kept);
    }
    if (!element.getName().equals(ELEMENT)) {
      throw refused(
          dataset,
          index,
          "a list of elements named '" + element.getName() + "'",
          "is used by Lance only if they are named '" + ELEMENT + "'");
    }
  }

  private static boolean isLabel(ArrowType type) {
    return type instanceof ArrowType.Utf8
        || type instanceof ArrowType.Int number
            && number.getIsSigned()
            && number.getBitWidth() == Long.SIZE;
  }

  private static DatasetException refused(
      DatasetHandle dataset, IndexSpec.Scalar index, String found, String kept) {
    return new DatasetException(
        "Column '"
            + index.column()
            + "' of "
            + dataset.location()
            + " is "
            + found
            + ": an index of type "
            + index.type()
            + " "
            + kept);
  }
}
