package dev.freshet.job.cli;

import java.util.Locale;

/** A number of things, as people are told it. */
final class Count {

  private Count() {}

  /** Gives "1 segment", "2 segments". */
  static String of(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
  }
}
