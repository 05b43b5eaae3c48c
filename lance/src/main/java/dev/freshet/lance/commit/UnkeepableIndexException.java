package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetException;

/** An index of the dataset would not survive a commit of this Lance; trying again does not help. */
public final class UnkeepableIndexException extends DatasetException {

  private static final long serialVersionUID = 1L;

  UnkeepableIndexException(String message) {
    super(message);
  }
}
