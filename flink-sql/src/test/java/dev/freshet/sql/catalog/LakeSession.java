package dev.freshet.sql.catalog;

import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/** A session of Flink SQL in the catalog {@code lake}. */
final class LakeSession {

  private LakeSession() {}

  /**
   * Opens a batch session.
   *
   * @param options of the catalog, each after a comma
   */
  static TableEnvironment open(String warehouse, String options) {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    tables.getConfig().set("parallelism.default", "1");
    tables.executeSql(
        "CREATE CATALOG lake WITH ('type' = 'freshet', 'warehouse' = '"
            + warehouse
            + "'"
            + options
            + ")");
    tables.executeSql("USE CATALOG lake");
    return tables;
  }
}
