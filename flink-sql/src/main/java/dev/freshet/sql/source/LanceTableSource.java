package dev.freshet.sql.source;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.sql.search.SearchProvider;
import dev.freshet.sql.table.LanceTable;
import dev.freshet.sql.table.SourceOptions;
import dev.freshet.sql.types.ArrowSchemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.connector.source.VectorSearchTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsFilterPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsLimitPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsStatisticReport;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.plan.stats.TableStats;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/** SELECT from a table, and VECTOR_SEARCH in it. */
public final class LanceTableSource
    implements ScanTableSource,
        VectorSearchTableSource,
        SupportsProjectionPushDown,
        SupportsFilterPushDown,
        SupportsLimitPushDown,
        SupportsStatisticReport {

  private final LanceTable table;
  private ScanSettings settings;
  private Optional<StoredTable> stored = Optional.empty();

  public LanceTableSource(LanceTable table) {
    this(
        table,
        new ScanSettings(
            table.location(), table.rows(), List.of(), Long.MAX_VALUE, table.options()));
  }

  private LanceTableSource(LanceTable table, ScanSettings settings) {
    this.table = table;
    this.settings = settings;
  }

  @Override
  public ChangelogMode getChangelogMode() {
    return ChangelogMode.insertOnly();
  }

  @Override
  public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
    ArrowSchemas.requireReadable(settings.rows(), stored().schema());
    LanceSource source = new LanceSource(settings);
    return table
        .options()
        .getOptional(SourceOptions.PARALLELISM)
        .map(parallelism -> SourceProvider.of(source, parallelism))
        .orElseGet(() -> SourceProvider.of(source));
  }

  @Override
  public VectorSearchRuntimeProvider getSearchRuntimeProvider(VectorSearchContext context) {
    if (settings.limit() < Long.MAX_VALUE) {
      throw new ValidationException(
          "VECTOR_SEARCH in " + table.name() + " takes no LIMIT in its table: top_k is the limit");
    }
    return SearchProvider.of(
        table, settings.rows(), settings.filters(), context.getSearchColumns());
  }

  @Override
  public boolean supportsNestedProjection() {
    return false;
  }

  @Override
  public void applyProjection(int[][] projected, DataType produced) {
    settings = with((RowType) produced.getLogicalType(), settings.filters(), settings.limit());
  }

  /** What is accepted is applied in full; the rest is Flink's. */
  @Override
  public Result applyFilters(List<ResolvedExpression> filters) {
    FilterTranslator translator = new FilterTranslator(stored().comparable(table.rows()));
    List<ResolvedExpression> accepted = new ArrayList<>();
    List<ResolvedExpression> remaining = new ArrayList<>();
    List<String> predicates = new ArrayList<>(settings.filters());
    for (ResolvedExpression filter : filters) {
      Optional<String> predicate = translator.translate(filter);
      predicate.ifPresent(predicates::add);
      (predicate.isPresent() ? accepted : remaining).add(filter);
    }
    settings = with(settings.rows(), predicates, settings.limit());
    return Result.of(accepted, remaining);
  }

  @Override
  public void applyLimit(long limit) {
    settings = with(settings.rows(), settings.filters(), limit);
  }

  private ScanSettings with(RowType rows, List<String> filters, long limit) {
    return new ScanSettings(settings.location(), rows, filters, limit, settings.options());
  }

  /** Rows of the version, if all of them are read. */
  @Override
  public TableStats reportStatistics() {
    return settings.filters().isEmpty()
        ? new TableStats(Math.min(stored().rows(), settings.limit()))
        : TableStats.UNKNOWN;
  }

  /** Asked of the storage once, when the planner needs it first. */
  private StoredTable stored() throws DatasetException {
    StoredTable read = stored.orElseGet(() -> StoredTable.read(settings));
    stored = Optional.of(read);
    return read;
  }

  @Override
  public DynamicTableSource copy() {
    LanceTableSource copy = new LanceTableSource(table, settings);
    copy.stored = stored;
    return copy;
  }

  @Override
  public String asSummaryString() {
    return "Lance table " + table.location();
  }
}
