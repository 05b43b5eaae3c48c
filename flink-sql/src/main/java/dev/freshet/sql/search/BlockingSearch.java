package dev.freshet.sql.search;

import java.io.IOException;
import java.util.Collection;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.VectorSearchFunction;

/** One query after the other. */
public final class BlockingSearch extends VectorSearchFunction {

  private static final long serialVersionUID = 1L;

  private final SearchSettings settings;
  private transient NeighbourSearch search;

  BlockingSearch(SearchSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open(FunctionContext context) {
    search = new NeighbourSearch(settings);
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
