package dev.freshet.sql.catalog;

import java.util.List;
import org.apache.flink.table.catalog.AbstractCatalog;
import org.apache.flink.table.catalog.CatalogDatabase;
import org.apache.flink.table.catalog.CatalogFunction;
import org.apache.flink.table.catalog.CatalogPartition;
import org.apache.flink.table.catalog.CatalogPartitionSpec;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.FunctionNotExistException;
import org.apache.flink.table.catalog.exceptions.PartitionNotExistException;
import org.apache.flink.table.catalog.stats.CatalogColumnStatistics;
import org.apache.flink.table.catalog.stats.CatalogTableStatistics;
import org.apache.flink.table.expressions.Expression;

/** A catalog without views, partitions, functions and statistics of its own. */
abstract class TablesOnlyCatalog extends AbstractCatalog {

  TablesOnlyCatalog(String name, String defaultDatabase) {
    super(name, defaultDatabase);
  }

  private static UnsupportedOperationException refused(String what) {
    return new UnsupportedOperationException("A catalog of Lance tables has no " + what);
  }

  @Override
  public void open() {
    // Nothing is held between two requests.
  }

  @Override
  public void close() {
    // Nothing is held between two requests.
  }

  @Override
  public List<String> listViews(String database) {
    return List.of();
  }

  @Override
  public void alterDatabase(String name, CatalogDatabase database, boolean ignoreIfNotExists) {
    throw refused("properties of databases");
  }

  @Override
  public void renameTable(ObjectPath table, String name, boolean ignoreIfNotExists) {
    throw refused("renaming: a dataset stays where it is");
  }

  @Override
  public List<CatalogPartitionSpec> listPartitions(ObjectPath table) {
    return List.of();
  }

  @Override
  public List<CatalogPartitionSpec> listPartitions(
      ObjectPath table, CatalogPartitionSpec partition) {
    return List.of();
  }

  @Override
  public List<CatalogPartitionSpec> listPartitionsByFilter(
      ObjectPath table, List<Expression> filters) {
    return List.of();
  }

  @Override
  public CatalogPartition getPartition(ObjectPath table, CatalogPartitionSpec partition)
      throws PartitionNotExistException {
    throw new PartitionNotExistException(getName(), table, partition);
  }

  @Override
  public boolean partitionExists(ObjectPath table, CatalogPartitionSpec partition) {
    return false;
  }

  @Override
  public void createPartition(
      ObjectPath table,
      CatalogPartitionSpec partition,
      CatalogPartition content,
      boolean ignoreIfExists) {
    throw refused("partitions");
  }

  @Override
  public void dropPartition(
      ObjectPath table, CatalogPartitionSpec partition, boolean ignoreIfNotExists) {
    throw refused("partitions");
  }

  @Override
  public void alterPartition(
      ObjectPath table,
      CatalogPartitionSpec partition,
      CatalogPartition content,
      boolean ignoreIfNotExists) {
    throw refused("partitions");
  }

  @Override
  public List<String> listFunctions(String database) {
    return List.of();
  }

  @Override
  public CatalogFunction getFunction(ObjectPath function) throws FunctionNotExistException {
    throw new FunctionNotExistException(getName(), function);
  }

  @Override
  public boolean functionExists(ObjectPath function) {
    return false;
  }

  @Override
  public void createFunction(ObjectPath path, CatalogFunction function, boolean ignoreIfExists) {
    throw refused("functions");
  }

  @Override
  public void alterFunction(ObjectPath path, CatalogFunction function, boolean ignoreIfNotExists) {
    throw refused("functions");
  }

  @Override
  public void dropFunction(ObjectPath path, boolean ignoreIfNotExists) {
    throw refused("functions");
  }

  /** The source reports what it knows of a version. */
  @Override
  public CatalogTableStatistics getTableStatistics(ObjectPath table) {
    return CatalogTableStatistics.UNKNOWN;
  }

  @Override
  public CatalogColumnStatistics getTableColumnStatistics(ObjectPath table) {
    return CatalogColumnStatistics.UNKNOWN;
  }

  @Override
  public CatalogTableStatistics getPartitionStatistics(
      ObjectPath table, CatalogPartitionSpec partition) {
    return CatalogTableStatistics.UNKNOWN;
  }

  @Override
  public CatalogColumnStatistics getPartitionColumnStatistics(
      ObjectPath table, CatalogPartitionSpec partition) {
    return CatalogColumnStatistics.UNKNOWN;
  }

  @Override
  public void alterTableStatistics(
      ObjectPath table, CatalogTableStatistics statistics, boolean ignoreIfNotExists) {
    throw refused("statistics");
  }

  @Override
  public void alterTableColumnStatistics(
      ObjectPath table, CatalogColumnStatistics statistics, boolean ignoreIfNotExists) {
    throw refused("statistics");
  }

  @Override
  public void alterPartitionStatistics(
      ObjectPath table,
      CatalogPartitionSpec partition,
      CatalogTableStatistics statistics,
      boolean ignoreIfNotExists) {
    throw refused("statistics");
  }

  @Override
  public void alterPartitionColumnStatistics(
      ObjectPath table,
      CatalogPartitionSpec partition,
      CatalogColumnStatistics statistics,
      boolean ignoreIfNotExists) {
    throw refused("statistics");
  }
}
