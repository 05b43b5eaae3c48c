package dev.freshet.operators.quarantine;

import dev.freshet.operators.storage.OwnFiles;

/** Where the files of one index lie. */
final class QuarantineFiles {

  private QuarantineFiles() {}

  static String deadLetters(String index) {
    return OwnFiles.directory(index) + "/dead-letters";
  }

  static String attempts(String index) {
    return OwnFiles.directory(index) + "/attempts";
  }
}
