package dev.freshet.operators.lance;

import dev.freshet.state.model.Metric;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.lance.index.Index;
import org.lance.index.IndexCriteria;
import org.lance.index.IndexDescription;
import org.lance.schema.LanceField;

/**
 * The logical indexes of a version, from what the manifest says.
 *
 * <p>Not from Lance's index statistics: those open every segment and hold every centroid.
 */
public final class IndexCatalog {

  private static final Pattern METRIC = Pattern.compile("\"metric_type\"\\s*:\\s*\"(\\w+)\"");

  /** What Lance keeps for itself; it fails to describe what a deferred remap leaves. */
  private static final String INTERNAL = "__lance";

  private IndexCatalog() {}

  public static List<IndexSummary> list(DatasetHandle handle) {
    Map<Integer, String> columns =
        handle.dataset().getLanceSchema().fields().stream()
            .collect(Collectors.toMap(LanceField::getId, LanceField::getName));
    return handle.dataset().getIndexes().stream()
        .map(Index::name)
        .filter(name -> !name.startsWith(INTERNAL))
        .distinct()
        .map(name -> new IndexCriteria.Builder().hasName(name).build())
        .flatMap(named -> handle.dataset().describeIndices(named).stream())
        .map(index -> summary(index, columns))
        .toList();
  }

  /** The index of that name, if there is one. */
  public static Optional<IndexSummary> find(DatasetHandle handle, String name) {
    return list(handle).stream().filter(index -> index.name().equals(name)).findFirst();
  }

  private static IndexSummary summary(IndexDescription index, Map<Integer, String> columns) {
    String column =
        index.getFieldIds().stream()
            .map(field -> columns.getOrDefault(field, "field " + field))
            .collect(Collectors.joining(", "));
    return new IndexSummary(
        index.getName(),
        column,
        index.getIndexType(),
        metric(index),
        index.getSegments().size(),
        index.getRowsIndexed());
  }

  /** Empty for indexes without vectors, and for those that only Lance knows, such as hamming. */
  private static Optional<Metric> metric(IndexDescription index) {
    Matcher matcher = METRIC.matcher(Optional.ofNullable(index.getDetailsJson()).orElse(""));
    return matcher.find() ? Metric.find(matcher.group(1)) : Optional.empty();
  }
}
