package dev.freshet.lance.dataset;

/** There is no dataset where one was looked for, or the version that was asked for is gone. */
public final class MissingDatasetException extends DatasetException {

  private static final long serialVersionUID = 1L;

  MissingDatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
