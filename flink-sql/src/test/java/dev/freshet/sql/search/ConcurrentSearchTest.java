package dev.freshet.sql.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.sql.search.SearchedTable.Neighbour;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries that run at a time, and how fresh the version is that they read. */
class ConcurrentSearchTest {

  private static final long PATIENCE_MILLIS = 5000;
  private static final int K = 5;

  private static final RowType ROWS =
      (RowType) DataTypes.ROW(DataTypes.FIELD(VectorTable.ID, DataTypes.BIGINT())).getLogicalType();

  @TempDir Path directory;

  private SearchedTable table;

  @BeforeEach
  void create() {
    table = new SearchedTable(directory.resolve("items"), Metric.L2);
  }

  @AfterEach
  void close() {
    table.close();
  }

  /** Each commit exchanges the version while queries read the one before. */
  @Test
  void queriesInFlightAreAnsweredWhileTheTableGrows() throws Exception {
    List<float[]> queries = Stream.generate(table::vector).limit(60).toList();
    float[] far = new float[SearchedTable.DIMENSION];
    far[0] = 1000;
    ConcurrentSearch search = open(Duration.ZERO, 3);
    List<CompletableFuture<Collection<RowData>>> answers = new ArrayList<>();
    for (int query = 0; query < queries.size(); query++) {
      answers.add(search.asyncVectorSearch(K, row(queries.get(query))));
      if (query % 20 == 0) {
        table.append(far);
      }
    }
    for (int query = 0; query < queries.size(); query++) {
      assertThat(ids(answers.get(query).get()))
          .as("query %s, seed %s", query, SearchedTable.SEED)
          .containsExactlyElementsOf(expected(queries.get(query)));
    }
    assertThat(workers()).as("threads that share the queries").hasSize(3);
    List<Thread> threads = workers();
    search.close();
    for (Thread thread : threads) { // a pool has ended a moment before its threads have
      thread.join(PATIENCE_MILLIS);
      assertThat(thread.isAlive()).as("threads left").isFalse();
    }
  }

  @Test
  void aNewRowIsFoundAtOnceIfNothingMayBeStale() throws Exception {
    float[] query = table.vector();
    ConcurrentSearch search = open(Duration.ZERO, 1);
    List<Long> before = ids(search.asyncVectorSearch(K, row(query)).get());
    long added = table.append(query);
    assertThat(before).doesNotContain(added);
    assertThat(ids(search.asyncVectorSearch(K, row(query)).get())).first().isEqualTo(added);
    search.close();
  }

  @Test
  void withinTheBoundTheSameVersionIsRead() throws Exception {
    float[] query = table.vector();
    ConcurrentSearch search = open(Duration.ofHours(1), 1);
    List<Long> before = ids(search.asyncVectorSearch(K, row(query)).get());
    table.append(query);
    assertThat(ids(search.asyncVectorSearch(K, row(query)).get())).isEqualTo(before);
    search.close();
  }

  @Test
  void aQueryWithoutAVectorFindsNothing() throws Exception {
    ConcurrentSearch search = open(Duration.ZERO, 1);
    assertThat(search.asyncVectorSearch(K, GenericRowData.of((Object) null)).get()).isEmpty();
    search.close();
  }

  @Test
  void aFailureIsTheQuerysOwn() throws Exception {
    ConcurrentSearch search = open(Duration.ZERO, 1);
    CompletableFuture<Collection<RowData>> wrong = search.asyncVectorSearch(K, row(new float[3]));
    assertThatThrownBy(wrong::get)
        .hasStackTraceContaining("The query vector has 3 elements, but column 'vector'");
    float[] query = table.vector();
    assertThat(ids(search.asyncVectorSearch(K, row(query)).get()))
        .containsExactlyElementsOf(expected(query));
    search.close();
  }

  private ConcurrentSearch open(Duration maxStaleness, int threads) {
    Configuration options = new Configuration();
    options.set(SearchOptions.MAX_STALENESS, maxStaleness);
    options.set(SearchOptions.THREADS, threads);
    ConcurrentSearch search =
        new ConcurrentSearch(
            new SearchSettings(
                DatasetLocation.of(table.path().toString()),
                ROWS,
                VectorTable.VECTOR,
                List.of(),
                options),
            QueryElements.FLOATS);
    search.open(new FunctionContext(null));
    return search;
  }

  private List<Long> expected(float[] query) {
    return table.bruteForce(query, K, id -> true).stream().map(Neighbour::id).toList();
  }

  private static GenericRowData row(float[] vector) {
    return GenericRowData.of(new GenericArrayData(vector));
  }

  private static List<Long> ids(Collection<RowData> rows) {
    return rows.stream().map(row -> row.getLong(0)).toList();
  }

  private static List<Thread> workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("vector-search"))
        .toList();
  }
}
