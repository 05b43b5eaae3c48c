package dev.freshet.job.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * In the process that may die: is called at every crash point, and halts the process when the order
 * says so. As the process halts without any hook, nothing is closed, flushed or told.
 */
public final class Victim {

  /** What a shell says of a process that got SIGKILL. */
  static final int EXIT_CODE = 137;

  /** System property with the file of the order. */
  static final String ORDER = "freshet.crash.order";

  private static final Victim INSTANCE = new Victim(Path.of(System.getProperty(ORDER)));

  private final Path file;
  private int counted = -1;
  private int calls;

  private Victim(Path file) {
    this.file = file;
  }

  /** A point is reached; called from the methods that the agent changed. */
  public static void reached(String point) {
    INSTANCE.obey(point);
  }

  private synchronized void obey(String point) {
    try {
      Optional<CrashOrder> order = CrashOrder.readFrom(file);
      if (order.isPresent() && order.get().point().name().equals(point)) {
        count(order.get());
      }
    } catch (IOException e) {
      System.err.println("No order can be read: " + e);
    }
  }

  private void count(CrashOrder order) throws IOException {
    if (order.number() != counted) {
      counted = order.number();
      calls = 0;
    }
    calls++;
    if (calls == order.call() && Files.deleteIfExists(file)) {
      die(order);
    }
  }

  private static void die(CrashOrder order) {
    System.out.println("Dies at " + order);
    if (order.delay().isZero()) {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
    Thread later = new Thread(() -> haltAfter(order.delay().toNanos()), "crash");
    later.setDaemon(true);
    later.start();
  }

  private static void haltAfter(long nanos) {
    for (long end = System.nanoTime() + nanos; System.nanoTime() < end; ) {
      Thread.onSpinWait();
    }
    Runtime.getRuntime().halt(EXIT_CODE);
  }
}
