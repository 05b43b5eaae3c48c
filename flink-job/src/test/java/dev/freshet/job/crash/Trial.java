package dev.freshet.job.crash;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Says what a trial does, with the time. */
final class Trial {

  private Trial() {}

  static void say(String format, Object... arguments) {
    System.out.println(
        LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS)
            + " "
            + String.format(Locale.ROOT, format, arguments));
  }
}
