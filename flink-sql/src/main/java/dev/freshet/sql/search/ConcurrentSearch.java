package dev.freshet.sql.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AsyncVectorSearchFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;

/** Several queries at a time, on its own threads; Flink bounds how many wait. */
public final class ConcurrentSearch extends AsyncVectorSearchFunction
    implements SpecializedFunction {

  private static final long serialVersionUID = 1L;
  private static final long PATIENCE_SECONDS = 60;

  private final SearchSettings settings;
  private final QueryElements elements;
  private transient NeighbourSearch search;
  private transient ExecutorService threads;

  ConcurrentSearch(SearchSettings settings, QueryElements elements) {
    this.settings = settings;
    this.elements = elements;
  }

  /** Flink tells the type of the queries here, and nowhere else. */
  @Override
  public UserDefinedFunction specialize(SpecializedContext context) {
    return new ConcurrentSearch(settings, QueryElements.of(context));
  }

  @Override
  public void open(FunctionContext context) {
    search = new NeighbourSearch(settings, elements);
    threads =
        Executors.newFixedThreadPool(
            settings.options().get(SearchOptions.THREADS),
            task -> {
              Thread thread = new Thread(task, "vector-search");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public CompletableFuture<Collection<RowData>> asyncVectorSearch(int topK, RowData query) {
    return CompletableFuture.supplyAsync(() -> nearest(topK, query), threads);
  }

  private Collection<RowData> nearest(int k, RowData query) {
    try {
      return search.nearest(k, query);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the queries that run: they read what is closed then. */
  @Override
  public void close() throws InterruptedException {
    if (threads != null) {
      threads.shutdownNow();
      if (threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        search.close();
      }
    }
  }
}
