package dev.freshet.sql.sink;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.WritePath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What may be written to a table with LanceDB's LSM write path: rows that wait beside the table are
 * not replaced or deleted by a commit to it, and would come back over newer ones when they are
 * merged.
 */
final class WritePathCheck {

  private static final Logger LOG = LoggerFactory.getLogger(WritePathCheck.class);

  private WritePathCheck() {}

  /**
   * Lets appends pass, and says what becomes of them if the sink does not index them.
   *
   * @throws DatasetException if the sink replaces rows by their key
   */
  static void check(SinkSettings settings, DatasetHandle dataset) {
    if (!WritePath.isOn(dataset)) {
      return;
    }
    if (settings.primaryKey().isPresent()) {
      throw refused(dataset);
    }
    if (!settings.indexed()) {
      LOG.warn(
          "{} has LanceDB's LSM write path: LanceDB's vector search finds the appended rows only"
              + " once an index covers them; give index.name or index.type to index them",
          dataset.location());
    }
  }

  /**
   * Refuses changes of rows that are there.
   *
   * @throws DatasetException if the version has the write path
   */
  static void requireNone(DatasetHandle dataset) {
    if (WritePath.isOn(dataset)) {
      throw refused(dataset);
    }
  }

  private static DatasetException refused(DatasetHandle dataset) {
    return new DatasetException(
        "Rows of "
            + dataset.location()
            + " are not replaced or deleted by key: it has LanceDB's LSM write path (index "
            + WritePath.SYSTEM_INDEX
            + "), whose waiting rows an upsert would not reach; upsert with LanceDB's mergeInsert,"
            + " or only append, without a PRIMARY KEY");
  }
}
