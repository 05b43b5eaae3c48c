package dev.freshet.sql.search;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.manifest.IndexCatalog;
import dev.freshet.lance.manifest.IndexSummary;
import dev.freshet.lance.manifest.SnapshotChoice;
import dev.freshet.lance.read.NeighbourScan;
import dev.freshet.lance.read.VectorQuery;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.sql.table.SnapshotOptions;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.RowType;

/**
 * A search as it is planned. Serializable only because it is shipped to the task managers.
 *
 * @param rows the columns to return beside the score
 * @param column that is searched
 * @param filters predicates in Lance's SQL that the neighbours must fulfil, beside that of the
 *     options
 * @param options the table's
 */
record SearchSettings(
    DatasetLocation location,
    RowType rows,
    String column,
    List<String> filters,
    Configuration options)
    implements Serializable {

  SearchSettings {
    filters = List.copyOf(filters);
    for (ConfigOption<Integer> option :
        List.of(
            SearchOptions.PROBES, SearchOptions.REFINE, SearchOptions.EF, SearchOptions.THREADS)) {
      if (options.getOptional(option).filter(value -> value < 1).isPresent()) {
        throw new ValidationException("Option " + option.key() + " must be at least 1");
      }
    }
  }

  /** The query as it is declared, of a table without an index. */
  VectorQuery query() {
    return query(declaredMetric(), options.getOptional(SearchOptions.REFINE));
  }

  /** The query in a version. */
  VectorQuery query(DatasetHandle version) {
    return IndexCatalog.list(version).stream()
        .filter(index -> index.column().equals(column) && index.metric().isPresent())
        .findFirst()
        .map(this::query)
        .orElseGet(this::query);
  }

  /**
   * The query in a version with an index. Lance does not know its metric when it compares every
   * vector; and from codes it estimates twice the cosine distance, so they only choose candidates.
   */
  VectorQuery query(IndexSummary index) {
    boolean exact = options.get(SearchOptions.EXACT);
    boolean doubled =
        index.metric().equals(Optional.of(Metric.COSINE))
            && !index.type().equals(IndexType.IVF_FLAT.name());
    return query(
        declaredMetric().or(() -> exact ? index.metric() : Optional.empty()),
        options
            .getOptional(SearchOptions.REFINE)
            .or(() -> doubled && !exact ? Optional.of(1) : Optional.empty()));
  }

  private Optional<Metric> declaredMetric() {
    return options.getOptional(FreshetOptions.INDEX_METRIC).map(Metric::parse);
  }

  private VectorQuery query(Optional<Metric> metric, Optional<Integer> refine) {
    return new VectorQuery(
        column,
        metric,
        options.getOptional(SearchOptions.PROBES),
        refine,
        options.getOptional(SearchOptions.EF),
        options.get(SearchOptions.EXACT),
        prefilter());
  }

  private Optional<String> prefilter() {
    List<String> all = new ArrayList<>(filters);
    options.getOptional(SearchOptions.PREFILTER).ifPresent(all::add);
    return all.size() > 1
        ? Optional.of(all.stream().collect(Collectors.joining(") AND (", "(", ")")))
        : all.stream().findFirst();
  }

  /** The version that is searched; empty for the latest one each time. */
  Optional<SnapshotChoice> version() {
    return SnapshotOptions.searched(options);
  }

  /** The columns and the distance, as Lance returns them. */
  RowType found() {
    List<RowType.RowField> fields = new ArrayList<>(rows.getFields());
    fields.add(new RowType.RowField(NeighbourScan.DISTANCE, new FloatType()));
    return new RowType(fields);
  }
}
