package dev.freshet.sql.search;

import java.time.Duration;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Options of VECTOR_SEARCH. */
public final class SearchOptions {

  public static final ConfigOption<Duration> MAX_STALENESS =
      ConfigOptions.key("search.max-staleness")
          .durationType()
          .defaultValue(Duration.ofSeconds(5))
          .withDescription("How long a version is searched before a newer one is looked for.");

  public static final ConfigOption<Integer> PROBES =
      ConfigOptions.key("search.nprobes")
          .intType()
          .noDefaultValue()
          .withDescription("Partitions of each segment to look into; Lance decides if not given.");

  public static final ConfigOption<Integer> REFINE =
      ConfigOptions.key("search.refine-factor")
          .intType()
          .noDefaultValue()
          .withDescription("Candidates for each neighbour whose vectors are compared exactly.");

  public static final ConfigOption<Integer> EF =
      ConfigOptions.key("search.ef")
          .intType()
          .noDefaultValue()
          .withDescription("Candidates that an HNSW graph keeps while it is searched.");

  public static final ConfigOption<String> PREFILTER =
      ConfigOptions.key("search.prefilter")
          .stringType()
          .noDefaultValue()
          .withDescription("A predicate in Lance's SQL that the neighbours must fulfil.");

  public static final ConfigOption<Boolean> EXACT =
      ConfigOptions.key("search.exact")
          .booleanType()
          .defaultValue(false)
          .withDescription("Whether to compare every vector and leave the index aside.");

  public static final ConfigOption<Integer> THREADS =
      ConfigOptions.key("search.threads")
          .intType()
          .defaultValue(4)
          .withDescription("Queries that one subtask runs at a time.");

  private SearchOptions() {}

  public static Set<ConfigOption<?>> all() {
    return Set.of(MAX_STALENESS, PROBES, REFINE, EF, PREFILTER, EXACT, THREADS);
  }
}
