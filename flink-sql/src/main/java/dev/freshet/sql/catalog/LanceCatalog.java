package dev.freshet.sql.catalog;

import static dev.freshet.sql.table.FreshetTableOptions.PATH;
import static dev.freshet.sql.table.SourceOptions.TIMESTAMP;

import dev.freshet.lance.commit.TableProperties;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LanceDatasets;
import dev.freshet.lance.manifest.SnapshotChoice;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.sql.LanceTableFactory;
import dev.freshet.sql.table.LanceTable;
import dev.freshet.sql.types.ArrowSchemas;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogDatabase;
import org.apache.flink.table.catalog.CatalogDatabaseImpl;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.catalog.exceptions.DatabaseAlreadyExistException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotEmptyException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.TableAlreadyExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.factories.Factory;

/**
 * The Lance datasets of a warehouse as tables. A dataset is the only record of its table, so that
 * of any other writer is one too, and two sessions see the same.
 */
final class LanceCatalog extends TablesOnlyCatalog {

  private final Warehouse warehouse;

  LanceCatalog(String name, String defaultDatabase, Warehouse warehouse) {
    super(name, defaultDatabase);
    this.warehouse = warehouse;
  }

  /** Knows the options of the store, so that no table shows them. */
  @Override
  public Optional<Factory> getFactory() {
    return Optional.of(new LanceTableFactory(warehouse.storage()));
  }

  @Override
  public List<String> listDatabases() {
    TreeSet<String> databases = new TreeSet<>(warehouse.databases());
    databases.add(getDefaultDatabase());
    return List.copyOf(databases);
  }

  @Override
  public boolean databaseExists(String database) {
    return database.equals(getDefaultDatabase()) || warehouse.hasDatabase(database);
  }

  @Override
  public CatalogDatabase getDatabase(String database) throws DatabaseNotExistException {
    requireDatabase(database);
    return new CatalogDatabaseImpl(Map.of(), "");
  }

  private void requireDatabase(String database) throws DatabaseNotExistException {
    if (!databaseExists(database)) {
      throw new DatabaseNotExistException(getName(), database);
    }
  }

  @Override
  public void createDatabase(String name, CatalogDatabase database, boolean ignoreIfExists)
      throws DatabaseAlreadyExistException {
    if (!databaseExists(name)) {
      warehouse.createDatabase(name);
    } else if (!ignoreIfExists) {
      throw new DatabaseAlreadyExistException(getName(), name);
    }
  }

  @Override
  public void dropDatabase(String name, boolean ignoreIfNotExists, boolean cascade)
      throws DatabaseNotExistException, DatabaseNotEmptyException {
    if (!warehouse.hasDatabase(name)) {
      if (!ignoreIfNotExists) {
        throw new DatabaseNotExistException(getName(), name);
      }
      return;
    }
    List<String> tables = warehouse.tables(name);
    if (!tables.isEmpty() && !cascade) {
      throw new DatabaseNotEmptyException(getName(), name);
    }
    tables.forEach(table -> drop(new ObjectPath(name, table)));
    warehouse.dropDatabase(name);
  }

  @Override
  public List<String> listTables(String database) throws DatabaseNotExistException {
    requireDatabase(database);
    return warehouse.tables(database);
  }

  @Override
  public boolean tableExists(ObjectPath table) {
    return warehouse.hasTable(table);
  }

  private void requireTable(ObjectPath table) throws TableNotExistException {
    if (!tableExists(table)) {
      throw new TableNotExistException(getName(), table);
    }
  }

  @Override
  public CatalogBaseTable getTable(ObjectPath table) throws TableNotExistException {
    requireTable(table);
    return latest(table, StoredDataset::read).table();
  }

  /** As it was at a time, in milliseconds since 1970. */
  @Override
  public CatalogBaseTable getTable(ObjectPath table, long time) throws TableNotExistException {
    requireTable(table);
    Instant instant = Instant.ofEpochMilli(time);
    DatasetLocation location = warehouse.location(table);
    try (LanceDatasets datasets = new LanceDatasets(ArrowBudget.MANIFEST);
        DatasetHandle latest = datasets.open(location);
        DatasetHandle past = datasets.open(location, SnapshotChoice.at(instant).resolve(latest))) {
      CatalogTable then = StoredDataset.read(past).table();
      Map<String, String> options = new HashMap<>(then.getOptions());
      options.put(TIMESTAMP.key(), instant.toString());
      return then.copy(options);
    } catch (DatasetException e) {
      throw failed(e);
    }
  }

  @Override
  public void createTable(ObjectPath path, CatalogBaseTable table, boolean ignoreIfExists)
      throws TableAlreadyExistException, DatabaseNotExistException {
    requireDatabase(path.getDatabaseName());
    if (tableExists(path)) {
      if (!ignoreIfExists) {
        throw new TableAlreadyExistException(getName(), path);
      }
      return;
    }
    DatasetLocation location = warehouse.location(path);
    if (warehouse.isTaken(path)) {
      throw new CatalogException(
          location + " is there and is no Lance dataset: remove it, or name the table otherwise");
    }
    TableDescription description = TableDescription.of(table, location.uri());
    Schema schema = schema(path, (ResolvedCatalogTable) table, description);
    try (LanceDatasets datasets = new LanceDatasets(ArrowBudget.MANIFEST)) {
      datasets.openOrCreate(location, schema).close();
    } catch (DatasetException e) {
      throw failed(e);
    }
  }

  private Schema schema(ObjectPath path, ResolvedCatalogTable table, TableDescription description) {
    Configuration options = Configuration.fromMap(description.options());
    options.set(PATH, warehouse.location(path).uri());
    try {
      LanceTable planned =
          LanceTable.of(
              ObjectIdentifier.of(getName(), path.getDatabaseName(), path.getObjectName()),
              table.getResolvedSchema(),
              options);
      return new Schema(
          ArrowSchemas.schema(planned.rows(), planned.vector()).getFields(),
          description.toProperties());
    } catch (ValidationException e) {
      throw failed(e);
    }
  }

  /** Changes the options; columns stay as they are. */
  @Override
  public void alterTable(ObjectPath path, CatalogBaseTable table, boolean ignoreIfNotExists)
      throws TableNotExistException {
    if (!tableExists(path)) {
      if (!ignoreIfNotExists) {
        throw new TableNotExistException(getName(), path);
      }
      return;
    }
    TableDescription description = TableDescription.of(table, warehouse.location(path).uri());
    Schema declared = schema(path, (ResolvedCatalogTable) table, description);
    latest(
        path,
        handle -> {
          if (!declared.getFields().equals(handle.schema().getFields())) {
            throw new CatalogException("The columns of " + handle + " cannot be altered in SQL");
          }
          TableProperties.replace(
              handle,
              StorageAccess.datasetFiles(handle.location(), RequestCounter.NONE),
              TableDescription.PREFIX,
              description.toProperties());
          return handle;
        });
  }

  /** Removes a dataset, and never a directory that is none. */
  @Override
  public void dropTable(ObjectPath table, boolean ignoreIfNotExists) throws TableNotExistException {
    if (tableExists(table)) {
      drop(table);
    } else if (!ignoreIfNotExists) {
      throw new TableNotExistException(getName(), table);
    }
  }

  private void drop(ObjectPath table) {
    try (LanceDatasets datasets = new LanceDatasets(ArrowBudget.MANIFEST)) {
      datasets.drop(warehouse.location(table));
    } catch (DatasetException e) {
      throw failed(e);
    }
  }

  private <T> T latest(ObjectPath table, Function<DatasetHandle, T> use) {
    try (LanceDatasets datasets = new LanceDatasets(ArrowBudget.MANIFEST);
        DatasetHandle latest = datasets.open(warehouse.location(table))) {
      return use.apply(latest);
    } catch (DatasetException e) {
      throw failed(e);
    }
  }

  private static CatalogException failed(RuntimeException cause) {
    return new CatalogException(cause.getMessage(), cause);
  }
}
