package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.vector.format.ProtoReader;
import dev.freshet.vector.format.ProtoWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.lance.Dataset;
import org.lance.ReadOptions;
import org.lance.index.Index;

/**
 * The write path that LanceDB can give a table: rows go to generations beside it, under {@code
 * _mem_wal/}, until somebody merges them. The manifest tells of it by a system index, whose details
 * say which generations are merged, and up to which of them each index has caught up.
 */
public final class WritePath {

  /** Name of the system index. */
  public static final String SYSTEM_INDEX = "__lance_mem_wal";

  private static final String SHARDS = "_mem_wal";
  private static final int MERGED = 9;
  private static final int CATCH_UP = 10;

  /** Of a shard's manifest: the newest version, and its generations by their directories. */
  private record Shard(UUID id, long version, Map<String, Long> generations) {}

  private WritePath() {}

  /** Whether the table has one. Lance 7.0.0 ends the process when it compacts such a table. */
  public static boolean isOn(DatasetHandle handle) {
    return systemIndex(handle).isPresent();
  }

  public static Optional<Index> systemIndex(DatasetHandle handle) {
    return handle.indexes().stream().filter(index -> index.name().equals(SYSTEM_INDEX)).findFirst();
  }

  /**
   * The system index without the catch-up of an index, if it has one: rows of merged generations
   * that the index covers no more are then searched in their generations.
   */
  public static Optional<Index> withoutCatchUp(Index system, String index) {
    try {
      byte[] details = system.indexDetails().orElse(new byte[0]);
      ProtoWriter kept = new ProtoWriter();
      ProtoReader any = new ProtoReader(details);
      boolean dropped = false;
      while (any.next()) {
        if (any.field() == 2) {
          ProtoWriter message = new ProtoWriter();
          dropped = copyWithout(any.message(), index, message);
          kept.bytes(2, message.toByteArray());
        } else {
          any.copyTo(kept);
        }
      }
      return dropped ? Optional.of(with(system, kept.toByteArray())) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean copyWithout(ProtoReader message, String index, ProtoWriter to)
      throws IOException {
    boolean dropped = false;
    while (message.next()) {
      if (message.field() == CATCH_UP && isOf(message.message(), index)) {
        dropped = true;
      } else {
        message.copyTo(to);
      }
    }
    return dropped;
  }

  private static boolean isOf(ProtoReader catchUp, String index) throws IOException {
    boolean same = false;
    while (catchUp.next()) {
      same |= catchUp.field() == 1 && catchUp.string().equals(index);
    }
    return same;
  }

  private static Index with(Index system, byte[] details) {
    Index.Builder changed =
        Index.builder()
            .uuid(UUID.randomUUID())
            .fields(system.fields())
            .name(system.name())
            .datasetVersion(system.datasetVersion())
            .indexDetails(details)
            .indexVersion(system.indexVersion())
            .indexType(system.indexType());
    system.fragments().ifPresent(changed::fragments);
    system.createdAt().ifPresent(changed::createdAt);
    return changed.build();
  }

  /**
   * Rows of generations that nobody has merged yet, tombstones too; 0 without a write path.
   *
   * @param files the files of the same dataset
   */
  public static long unmergedRows(DatasetHandle handle, DatasetFiles files) throws IOException {
    Optional<Index> system = systemIndex(handle);
    if (system.isEmpty()) {
      return 0;
    }
    Map<UUID, Long> merged = merged(system.get());
    long rows = 0;
    for (DatasetFiles.Entry directory : files.list(SHARDS)) {
      Shard shard = shard(files, directory);
      for (Map.Entry<String, Long> generation : shard.generations().entrySet()) {
        if (generation.getValue() > merged.getOrDefault(shard.id(), 0L)) {
          rows += rows(handle, directory.path() + "/" + generation.getKey());
        }
      }
    }
    return rows;
  }

  private static Map<UUID, Long> merged(Index system) throws IOException {
    Map<UUID, Long> merged = new HashMap<>();
    ProtoReader any = new ProtoReader(system.indexDetails().orElse(new byte[0]));
    while (any.next()) {
      if (any.field() == 2) {
        ProtoReader details = any.message();
        while (details.next()) {
          if (details.field() == MERGED) {
            ProtoReader table = details.message();
            UUID shard = new UUID(0, 0);
            long generation = 0;
            while (table.next()) {
              switch (table.field()) {
                case 1 -> shard = StoredIndex.uuid(table.message());
                case 2 -> generation = table.number();
                default -> {} // of no interest here
              }
            }
            merged.merge(shard, generation, Math::max);
          }
        }
      }
    }
    return merged;
  }

  private static Shard shard(DatasetFiles files, DatasetFiles.Entry directory) throws IOException {
    Shard newest = new Shard(new UUID(0, 0), -1, Map.of());
    for (DatasetFiles.Entry file : files.list(directory.path() + "/manifest")) {
      if (file.name().endsWith(".binpb")) {
        Shard shard = shard(new ProtoReader(files.read(file.path())));
        newest = shard.version() > newest.version() ? shard : newest;
      }
    }
    return newest;
  }

  private static Shard shard(ProtoReader manifest) throws IOException {
    UUID id = new UUID(0, 0);
    long version = 0;
    Map<String, Long> generations = new HashMap<>();
    while (manifest.next()) {
      switch (manifest.field()) {
        case 1 -> version = manifest.number();
        case 8 -> {
          ProtoReader table = manifest.message();
          long generation = 0;
          String path = "";
          while (table.next()) {
            switch (table.field()) {
              case 1 -> generation = table.number();
              case 2 -> path = table.string();
              default -> {} // sizes
            }
          }
          generations.put(path, generation);
        }
        case 11 -> id = StoredIndex.uuid(manifest.message());
        default -> {} // of no interest here
      }
    }
    return new Shard(id, version, generations);
  }

  /** A generation is a dataset of its own. */
  private static long rows(DatasetHandle handle, String path) {
    DatasetLocation location = handle.location();
    try (Dataset generation =
        Dataset.open()
            .allocator(handle.allocator())
            .uri(location.uri() + "/" + path)
            .readOptions(
                new ReadOptions.Builder().setStorageOptions(location.storageOptions()).build())
            .build()) {
      return generation.countRows();
    }
  }
}
