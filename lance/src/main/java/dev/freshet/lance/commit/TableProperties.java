package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import java.util.HashMap;
import java.util.Map;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Transaction;
import org.lance.operation.UpdateConfig;
import org.lance.operation.UpdateMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Texts that a dataset keeps beside its columns, in the metadata of its schema: so they come with
 * the first version of a new dataset, and stay when rows are appended, rewritten or deleted.
 */
public final class TableProperties {

  private static final Logger LOG = LoggerFactory.getLogger(TableProperties.class);

  private TableProperties() {}

  /** All of the version, also those that others keep there. */
  public static Map<String, String> of(DatasetHandle handle) {
    return handle.schema().getCustomMetadata();
  }

  /**
   * Commits a version that has these in place of all others whose names begin with a prefix.
   *
   * @param files the files of the same dataset
   * @throws DatasetException if another writer was faster, the storage failed, or an index of the
   *     dataset would not survive the commit
   */
  public static void replace(
      DatasetHandle handle, DatasetFiles files, String prefix, Map<String, String> properties) {
    CommitGuard.check(handle, files);
    Map<String, String> updates = new HashMap<>();
    of(handle).keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .forEach(name -> updates.put(name, null));
    updates.putAll(properties);
    UpdateConfig operation =
        UpdateConfig.builder()
            .schemaMetadataUpdates(UpdateMap.builder().updates(updates).replace(false).build())
            .build();
    try (Transaction transaction =
            new Transaction.Builder().readVersion(handle.version()).operation(operation).build();
        Dataset committed = new CommitBuilder(handle.dataset()).execute(transaction)) {
      LOG.debug("Changed the properties of {} in version {}", handle, committed.version());
    } catch (RuntimeException e) {
      throw new DatasetException(
          "Cannot change the properties of " + handle + ": " + LanceErrors.oneLine(e), e);
    }
  }
}
