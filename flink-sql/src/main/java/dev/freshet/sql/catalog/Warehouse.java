package dev.freshet.sql.catalog;

import dev.freshet.lance.dataset.DatasetLocation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.CatalogException;

/**
 * The directories of a catalog: {@code <warehouse>/<database>/<table>.lance}. They are seen through
 * Flink's file systems. In an object store a directory is there as long as something is in it:
 * there a file marks a database that was created.
 */
final class Warehouse {

  private static final String SUFFIX = ".lance";

  /** What every dataset has, and nothing else. */
  private static final String VERSIONS = "_versions";

  /** Of a database in an object store. */
  private static final String MARK = "_database";

  private final String root;
  private final Map<String, String> storage;

  /**
   * @param root a path or URI
   * @param storage Lance's options of the object store; never printed
   */
  Warehouse(String root, Map<String, String> storage) {
    if (root.isBlank()) {
      throw new CatalogException("Option warehouse is empty: it must name a directory");
    }
    this.root = root.endsWith("/") ? root.substring(0, root.length() - 1) : root;
    this.storage = Map.copyOf(storage);
  }

  Map<String, String> storage() {
    return storage;
  }

  List<String> databases() {
    return directories(new Path(root)).filter(name -> !name.endsWith(SUFFIX)).sorted().toList();
  }

  boolean hasDatabase(String database) {
    return isName(database)
        && !database.endsWith(SUFFIX)
        && status(directory(database)).filter(FileStatus::isDir).isPresent();
  }

  void createDatabase(String database) {
    requireName(database);
    if (database.endsWith(SUFFIX)) {
      throw new CatalogException("A database is not named like a table's directory: " + database);
    }
    Path directory = directory(database);
    ask("create", directory, FileSystem::mkdirs);
    if (status(directory).isEmpty()) {
      ask("create", new Path(directory, MARK), Warehouse::writeMark);
    }
  }

  private static Path writeMark(FileSystem files, Path mark) throws IOException {
    try (FSDataOutputStream out = files.create(mark, FileSystem.WriteMode.NO_OVERWRITE)) {
      out.write("A database of Lance tables\n".getBytes(StandardCharsets.UTF_8));
    }
    return mark;
  }

  /**
   * Removes a database that has no tables.
   *
   * @throws CatalogException if anything else is in its directory
   */
  void dropDatabase(String database) {
    Path directory = directory(database);
    if (children(directory).anyMatch(child -> !child.getPath().getName().equals(MARK))) {
      throw new CatalogException(
          directory + " has files that are no Lance tables: remove them, then the database");
    }
    remove(new Path(directory, MARK));
    remove(directory);
  }

  private static void remove(Path path) {
    if (status(path).isPresent()) {
      ask("remove", path, (files, one) -> files.delete(one, false));
    }
  }

  List<String> tables(String database) {
    return directories(directory(database))
        .filter(name -> name.endsWith(SUFFIX))
        .map(name -> name.substring(0, name.length() - SUFFIX.length()))
        .filter(name -> isName(name) && hasTable(new ObjectPath(database, name)))
        .sorted()
        .toList();
  }

  boolean hasTable(ObjectPath table) {
    return isName(table.getDatabaseName())
        && isName(table.getObjectName())
        && status(new Path(directory(table), VERSIONS)).filter(FileStatus::isDir).isPresent();
  }

  /** Whether another thing is where the table would be. */
  boolean isTaken(ObjectPath table) {
    return status(directory(table)).filter(there -> !there.isDir()).isPresent()
        || children(directory(table)).findAny().isPresent();
  }

  /**
   * Where a table is or would be.
   *
   * @throws CatalogException if a name could mean another directory
   */
  DatasetLocation location(ObjectPath table) {
    requireName(table.getDatabaseName());
    requireName(table.getObjectName());
    return new DatasetLocation(
        root + "/" + table.getDatabaseName() + "/" + table.getObjectName() + SUFFIX, storage);
  }

  private Path directory(String database) {
    requireName(database);
    return new Path(root + "/" + database);
  }

  private Path directory(ObjectPath table) {
    return new Path(location(table).uri());
  }

  private static boolean isName(String name) {
    return !name.isBlank()
        && !name.startsWith(".")
        && !name.startsWith("_")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
  }

  private static void requireName(String name) {
    if (!isName(name)) {
      throw new CatalogException(
          "'"
              + name
              + "' cannot name a directory of the warehouse: leave out / \\ : and a leading . or"
              + " _");
    }
  }

  private static Stream<String> directories(Path directory) {
    return children(directory)
        .filter(FileStatus::isDir)
        .map(child -> child.getPath().getName())
        .filter(Warehouse::isName);
  }

  private static Stream<FileStatus> children(Path directory) {
    return status(directory).filter(FileStatus::isDir).isEmpty()
        ? Stream.empty()
        : Stream.of(ask("list", directory, FileSystem::listStatus));
  }

  private static Optional<FileStatus> status(Path path) {
    return ask(
        "look at",
        path,
        (files, one) ->
            files.exists(one) ? Optional.of(files.getFileStatus(one)) : Optional.empty());
  }

  private interface Request<T> {
    T ask(FileSystem files, Path path) throws IOException;
  }

  private static <T> T ask(String what, Path path, Request<T> request) {
    try {
      return request.ask(path.getFileSystem(), path);
    } catch (IOException | RuntimeException e) {
      throw new CatalogException("Cannot " + what + " " + path + ": " + e.getMessage(), e);
    }
  }
}
