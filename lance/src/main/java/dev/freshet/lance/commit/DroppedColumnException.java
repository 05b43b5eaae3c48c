package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetException;

/** Rows were written for a column that the dataset has no more, even if one has its name. */
public final class DroppedColumnException extends DatasetException {

  DroppedColumnException(String message) {
    super(message);
  }
}
