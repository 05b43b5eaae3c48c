package dev.freshet.sql.search;

import dev.freshet.sql.table.LanceTable;
import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.source.search.AsyncVectorSearchFunctionProvider;
import org.apache.flink.table.connector.source.search.VectorSearchFunctionProvider;
import org.apache.flink.table.functions.AsyncVectorSearchFunction;
import org.apache.flink.table.functions.VectorSearchFunction;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;

/** Both ways to search, of which the query's {@code async} chooses. */
public final class SearchProvider
    implements VectorSearchFunctionProvider, AsyncVectorSearchFunctionProvider {

  private final SearchSettings settings;

  private SearchProvider(SearchSettings settings) {
    this.settings = settings;
  }

  /**
   * Plans a search.
   *
   * @param rows the columns to return
   * @param filters predicates in Lance's SQL that the neighbours must fulfil
   * @param searched paths of the columns that are searched
   * @throws ValidationException if that is not one column of float vectors
   */
  public static SearchProvider of(
      LanceTable table, RowType rows, List<String> filters, int[][] searched) {
    if (searched.length != 1 || searched[0].length != 1) {
      throw new ValidationException("VECTOR_SEARCH in " + table.name() + " searches one column");
    }
    RowType.RowField column = rows.getFields().get(searched[0][0]);
    boolean isVector =
        column.getType() instanceof ArrayType array
            && array.getElementType().is(LogicalTypeRoot.FLOAT);
    if (!isVector) {
      throw new ValidationException(
          "Column '"
              + column.getName()
              + "' of "
              + table.name()
              + " is "
              + column.getType().asSummaryString()
              + ": VECTOR_SEARCH needs ARRAY<FLOAT>");
    }
    return new SearchProvider(
        new SearchSettings(table.location(), rows, column.getName(), filters, table.options()));
  }

  @Override
  public VectorSearchFunction createVectorSearchFunction() {
    return new BlockingSearch(settings, QueryElements.FLOATS);
  }

  @Override
  public AsyncVectorSearchFunction createAsyncVectorSearchFunction() {
    return new ConcurrentSearch(settings, QueryElements.FLOATS);
  }
}
