package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetException;

/** The name of the index that is built to replace another one. */
public final class SuccessorName {

  private static final String SUFFIX = ".retrain";

  private SuccessorName() {}

  /** Of the index of that name. */
  public static String of(String index) {
    return index + SUFFIX;
  }

  /**
   * Refuses a name that a successor may have, for an index that is to stay.
   *
   * @throws DatasetException in one line
   */
  public static void refuse(String index) {
    if (index.endsWith(SUFFIX)) {
      throw new DatasetException(
          "Index "
              + index
              + " has the name of one that is built to replace another: 'freshet retrain' of that"
              + " one removes it or puts it in place");
    }
  }
}
