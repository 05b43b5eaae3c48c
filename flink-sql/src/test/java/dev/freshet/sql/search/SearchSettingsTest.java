package dev.freshet.sql.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.manifest.IndexSummary;
import dev.freshet.lance.read.VectorQuery;
import dev.freshet.state.model.Metric;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where the options of a search go; its threads and its bound are {@link ConcurrentSearchTest}'s.
 */
class SearchSettingsTest {

  @Test
  void defaultsLeaveTheQueryToLance() {
    assertThat(settings(Map.of()).query())
        .isEqualTo(
            new VectorQuery(
                "v",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty()));
  }

  @Test
  void mapping() {
    Map<String, String> options =
        Map.of(
            "index.metric", "cosine",
            "search.nprobes", "3",
            "search.refine-factor", "4",
            "search.ef", "5",
            "search.exact", "true",
            "search.prefilter", "id < 6");
    assertThat(settings(options).query())
        .isEqualTo(
            new VectorQuery(
                "v",
                Optional.of(Metric.COSINE),
                Optional.of(3),
                Optional.of(4),
                Optional.of(5),
                true,
                Optional.of("id < 6")));
  }

  @Test
  void allPredicatesMustHold() {
    Map<String, String> option = Map.of("search.prefilter", "c OR d");
    assertThat(settings(Map.of(), "a OR b").query().prefilter()).contains("a OR b");
    assertThat(settings(option, "a", "b").query().prefilter()).contains("(a) AND (b) AND (c OR d)");
  }

  @Test
  void aVersionIsChosenUnlessAStreamBeginsThere() {
    assertThat(settings(Map.of()).version()).isEmpty();
    assertThat(settings(Map.of("scan.version", "3")).version()).isPresent();
    assertThat(settings(Map.of("scan.version", "3", "scan.mode", "streaming")).version()).isEmpty();
  }

  @Test
  void whoComparesEveryVectorDoesSoByTheMetricOfTheIndex() {
    Map<String, String> exact = Map.of("search.exact", "true");
    assertThat(settings(exact).query(index("IVF_PQ", Metric.DOT)).metric()).contains(Metric.DOT);
    assertThat(settings(Map.of()).query(index("IVF_PQ", Metric.DOT)).metric()).isEmpty();
    Map<String, String> declared = Map.of("search.exact", "true", "index.metric", "l2");
    assertThat(settings(declared).query(index("IVF_PQ", Metric.DOT)).metric()).contains(Metric.L2);
  }

  @Test
  void onlyLossyCosineIsRefinedUnasked() {
    assertThat(settings(Map.of()).query(index("IVF_SQ", Metric.COSINE)).refine()).contains(1);
    assertThat(settings(Map.of()).query(index("IVF_SQ", Metric.DOT)).refine()).isEmpty();
    assertThat(settings(Map.of()).query(index("IVF_FLAT", Metric.COSINE)).refine()).isEmpty();
    Map<String, String> given = Map.of("search.refine-factor", "4");
    assertThat(settings(given).query(index("IVF_SQ", Metric.COSINE)).refine()).contains(4);
  }

  private static IndexSummary index(String type, Metric metric) {
    return new IndexSummary("v_idx", "v", type, Optional.of(metric), 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"search.nprobes", "search.refine-factor", "search.ef", "search.threads"})
  void numbersArePositive(String option) {
    assertThatThrownBy(() -> settings(Map.of(option, "0")))
        .isInstanceOf(ValidationException.class)
        .hasMessage("Option " + option + " must be at least 1");
  }

  private static SearchSettings settings(Map<String, String> options, String... filters) {
    return new SearchSettings(
        DatasetLocation.of("/nowhere"),
        RowType.of(),
        "v",
        List.of(filters),
        Configuration.fromMap(options));
  }
}
