package dev.freshet.job.conflict;

import java.io.IOException;
import org.lance.Dataset;

/** One change of a table by plain Lance. */
interface Change {

  /**
   * Changes the table from the open version.
   *
   * @return the version that it made; that of the dataset if there was nothing to change
   */
  long apply(Dataset dataset) throws IOException;
}
