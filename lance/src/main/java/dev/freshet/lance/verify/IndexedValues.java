package dev.freshet.lance.verify;

import dev.freshet.state.model.ScalarType;
import java.util.HashSet;
import java.util.Set;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.BaseRepeatedValueVector;

/** Finds the values of a row that an index has entries of: the row's, or each that its list has. */
final class IndexedValues {

  /** Takes a value, which may be null. */
  @FunctionalInterface
  interface Values {
    void accept(ValueVector values, int place);
  }

  private final ScalarType type;

  IndexedValues(ScalarType type) {
    this.type = type;
  }

  /** Feeds them, each once; of a list that is null, the list. */
  void of(ValueVector column, int row, Values consumer) {
    if (!type.isOverLists() || column.isNull(row)) {
      consumer.accept(column, row);
      return;
    }
    BaseRepeatedValueVector lists = (BaseRepeatedValueVector) column;
    ValueVector elements = lists.getDataVector();
    Set<Object> seen = new HashSet<>();
    for (int place = lists.getElementStartIndex(row);
        place < lists.getElementEndIndex(row);
        place++) {
      if (seen.add(elements.getObject(place))) {
        consumer.accept(elements, place);
      }
    }
  }
}
