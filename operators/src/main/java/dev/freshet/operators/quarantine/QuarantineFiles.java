package dev.freshet.operators.quarantine;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Where the files of one index lie. */
final class QuarantineFiles {

  private QuarantineFiles() {}

  static String deadLetters(String index) {
    return directory(index) + "/dead-letters";
  }

  static String attempts(String index) {
    return directory(index) + "/attempts";
  }

  private static String directory(String index) {
    return "_freshet/" + URLEncoder.encode(index, StandardCharsets.UTF_8);
  }
}
