package dev.freshet.operators.lance;

import java.util.HashMap;
import java.util.Map;
import org.lance.Dataset;
import org.lance.operation.UpdateConfig;
import org.lance.operation.UpdateMap;

/** Texts that a dataset keeps beside its rows, by key. */
public final class TableMetadata {

  private TableMetadata() {}

  /** What the open version keeps. */
  public static Map<String, String> read(DatasetHandle handle) {
    return Map.copyOf(handle.dataset().getTableMetadata());
  }

  /** Commits entries; others stay. */
  public static void put(DatasetHandle handle, Map<String, String> entries) {
    commit(handle, entries);
  }

  /** Commits that keys are gone. */
  public static void remove(DatasetHandle handle, Iterable<String> keys) {
    Map<String, String> nothing = new HashMap<>();
    keys.forEach(key -> nothing.put(key, null)); // Lance's way to say so
    commit(handle, nothing);
  }

  private static void commit(DatasetHandle handle, Map<String, String> updates) {
    UpdateConfig operation =
        UpdateConfig.builder()
            .tableMetadataUpdates(UpdateMap.builder().updates(updates).replace(false).build())
            .build();
    try (Dataset committed =
        handle.dataset().newTransactionBuilder().operation(operation).build().commit()) {
      committed.version();
    } catch (RuntimeException e) {
      throw new DatasetException(
          "Cannot change the metadata of " + handle + ": " + LanceErrors.oneLine(e), e);
    }
  }
}
