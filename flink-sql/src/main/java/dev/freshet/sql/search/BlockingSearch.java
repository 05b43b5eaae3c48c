package dev.freshet.sql.search;

import java.io.IOException;
import java.util.Collection;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.functions.VectorSearchFunction;

/** One query after the other. */
public final class BlockingSearch extends VectorSearchFunction implements SpecializedFunction {

  private static final long serialVersionUID = 1L;

  private final SearchSettings settings;
  private final QueryElements elements;
  private transient NeighbourSearch search;

  BlockingSearch(SearchSettings settings, QueryElements elements) {
    this.settings = settings;
    this.elements = elements;
  }

  /** Flink tells the type of the queries here, and nowhere else. */
  @Override
  public UserDefinedFunction specialize(SpecializedContext context) {
    return new BlockingSearch(settings, QueryElements.of(context));
  }

  @Override
  public void open(FunctionContext context) {
    search = new NeighbourSearch(settings, elements);
  }

  @Override
  public Collection<RowData> vectorSearch(int topK, RowData query) throws IOException {
    return search.nearest(topK, query);
  }

  @Override
  public void close() {
    if (search != null) {
      search.close();
    }
  }
}
