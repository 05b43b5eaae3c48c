package dev.freshet.job.cli;

import dev.freshet.lance.dataset.DatasetException;

/**
 * One line of a failure, for a person at a terminal: wrong input in Freshet's own words, anything
 * else as it is said at its root.
 */
final class FailureMessage {

  private FailureMessage() {}

  static String of(Throwable failure) {
    Throwable told = failure;
    while (!isWrongInput(told) && told.getCause() != null && told.getCause() != told) {
      told = told.getCause();
    }
    String message = told.getMessage() == null ? told.getClass().getName() : told.getMessage();
    return message.lines().findFirst().orElse(told.getClass().getName());
  }

  /** Whether the failure says what is wrong with the options or the dataset. */
  static boolean isWrongInput(Throwable failure) {
    return failure instanceof IllegalArgumentException || failure instanceof DatasetException;
  }
}
