package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ScalarType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
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

  private static final String VECTOR = "VectorIndexDetails";

  private IndexCatalog() {}

  public static List<IndexSummary> list(DatasetHandle handle) {
    Map<Integer, String> columns =
        handle.dataset().getLanceSchema().fields().stream()
            .collect(Collectors.toMap(LanceField::getId, LanceField::getName));
    Map<String, List<Index>> byName =
        handle.indexes().stream()
            .filter(index -> !index.name().startsWith(INTERNAL))
            .collect(Collectors.groupingBy(Index::name, LinkedHashMap::new, Collectors.toList()));
    return byName.values().stream().map(segments -> summary(handle, segments, columns)).toList();
  }

  /** Only vector indexes are described by Lance: it fails at those of a type it does not know. */
  private static IndexSummary summary(
      DatasetHandle handle, List<Index> segments, Map<Integer, String> columns) {
    Index first = segments.get(0);
    if (isOverVectors(first)) {
      return handle
          .dataset()
          .describeIndices(new IndexCriteria.Builder().hasName(first.name()).build())
          .stream()
          .findFirst()
          .map(index -> summary(index, columns))
          .orElseThrow(() -> new DatasetException("Lance does not describe " + first.name()));
    }
    return new IndexSummary(
        first.name(),
        columnNames(first.fields(), columns),
        typeName(first),
        Optional.empty(),
        segments.size());
  }

  /** Whether it is a vector index; one without details, of an old Lance, is taken for one. */
  public static boolean isOverVectors(Index index) {
    String type = detailsType(index);
    return type.isEmpty() || type.equals(VECTOR);
  }

  /** Whether it is of a type; of vector indexes the manifest does not say more. */
  public static boolean isOfKind(Index index, IndexKind type) {
    return type instanceof ScalarType scalar
        ? typeName(index).equalsIgnoreCase(scalar.lanceName())
        : isOverVectors(index);
  }

  /** Simple name of its type, such as BTree; that of vector indexes says no more than Vector. */
  static String typeName(Index index) {
    return detailsType(index).replace("IndexDetails", "");
  }

  private static String detailsType(Index index) {
    try {
      return StoredIndex.typeOf(index.indexDetails().orElse(new byte[0]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The index of that name, if there is one. */
  public static Optional<IndexSummary> find(DatasetHandle handle, String name) {
    return list(handle).stream().filter(index -> index.name().equals(name)).findFirst();
  }

  private static IndexSummary summary(IndexDescription index, Map<Integer, String> columns) {
    return new IndexSummary(
        index.getName(),
        columnNames(index.getFieldIds(), columns),
        index.getIndexType(),
        metric(index),
        index.getSegments().size());
  }

  private static String columnNames(List<Integer> fields, Map<Integer, String> columns) {
    return fields.stream()
        .map(field -> columns.getOrDefault(field, "field " + field))
        .collect(Collectors.joining(", "));
  }

  /** Empty for indexes without vectors, and for those that only Lance knows, such as hamming. */
  private static Optional<Metric> metric(IndexDescription index) {
    Matcher matcher = METRIC.matcher(Optional.ofNullable(index.getDetailsJson()).orElse(""));
    return matcher.find() ? Metric.find(matcher.group(1)) : Optional.empty();
  }
}
