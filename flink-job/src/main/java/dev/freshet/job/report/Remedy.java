package dev.freshet.job.report;

import dev.freshet.vector.format.UnknownFormatException;
import java.io.IOException;

/** What to do about an index that is not right: the end of each line that says so. */
final class Remedy {

  /** A run mends what its samples show, so it may leave a few wrong entries of many. */
  static final String RUN =
      "; run Freshet on the table, and if this stays so, drop the index and run it again";

  private static final String WITHDRAWN =
      "; run Freshet on the table, which withdraws the segment and indexes its fragments anew";

  private static final String LEFT =
      "; read it with a newer Freshet, or drop the index and run Freshet on the table";

  private Remedy() {}

  /** Of a segment that cannot be read; a run leaves one of an unknown format as it is. */
  static String unreadable(IOException reason) {
    return reason instanceof UnknownFormatException ? LEFT : WITHDRAWN;
  }
}
