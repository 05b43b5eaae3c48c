package dev.freshet.lance.dataset;

/** The user's dataset is not what was asked for; the message is one line that says what to do. */
public class DatasetException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public DatasetException(String message) {
    super(message);
  }

  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
