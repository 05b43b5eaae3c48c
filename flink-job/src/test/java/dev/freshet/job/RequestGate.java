package dev.freshet.job;

import java.util.Optional;

/** Holds requests back while it is closed to them. Thread-safe. */
final class RequestGate {

  private Optional<String> closedTo = Optional.empty();
  private int waiting;

  /**
   * From now on, instead of what it was closed to.
   *
   * @param text requests whose first line has it wait until the gate opens
   */
  synchronized void close(String text) {
    closedTo = Optional.of(text);
    notifyAll();
  }

  synchronized void open() {
    closedTo = Optional.empty();
    notifyAll();
  }

  /** Requests that wait now. */
  synchronized int waiting() {
    return waiting;
  }

  /** Returns when the request may go on. */
  synchronized void pass(RequestHead head) throws InterruptedException {
    while (closedTo.filter(head.line()::contains).isPresent()) {
      waiting++;
      wait();
      waiting--;
    }
  }
}
