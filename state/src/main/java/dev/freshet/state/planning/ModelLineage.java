package dev.freshet.state.planning;

import dev.freshet.state.model.ModelReference;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which models of an index have grown from which: segments of a model can be merged with those of
 * one that it has grown to.
 */
public final class ModelLineage {

  private static final ModelLineage NONE = new ModelLineage(List.of(), Map.of());

  private final Map<String, ModelReference> models = new LinkedHashMap<>();
  private final Map<String, Set<String>> ancestors;

  /**
   * @param models each once; earlier ones are preferred where nothing else decides
   * @param ancestors ids of the models that a model has grown from, by its id; none if it is
   *     missing
   */
  public ModelLineage(Collection<ModelReference> models, Map<String, Set<String>> ancestors) {
    models.forEach(model -> this.models.putIfAbsent(model.id(), model));
    this.ancestors = Map.copyOf(ancestors);
  }

  /** The lineage where nothing has grown. */
  public static ModelLineage none() {
    return NONE;
  }

  /** What a model has grown to most, or itself. */
  public Optional<ModelReference> newest(Optional<ModelReference> model) {
    return model.map(
        one ->
            models.values().stream()
                .filter(other -> ancestors(other).contains(one.id()))
                .max(
                    Comparator.comparingInt((ModelReference other) -> ancestors(other).size())
                        .thenComparing(ModelReference::id))
                .orElse(one));
  }

  /**
   * The model for new rows: that of most live rows, where those of a model count for what it has
   * grown to as well; of equals one of the index, or that has grown from such, then the one that
   * has grown most, then the current one.
   *
   * @param rows live rows of the index by the id of the model that has encoded them
   * @param current used before, perhaps in no segment yet
   */
  public Optional<ModelReference> adopt(Map<String, Long> rows, Optional<ModelReference> current) {
    Comparator<ModelReference> preference =
        Comparator.comparingLong((ModelReference model) -> rows(model, rows))
            .thenComparing(model -> isOfIndex(model, rows))
            .thenComparingInt(model -> ancestors(model).size())
            .thenComparing(model -> current.filter(one -> one.id().equals(model.id())).isPresent());
    return models.values().stream().reduce((a, b) -> preference.compare(b, a) > 0 ? b : a);
  }

  private boolean isOfIndex(ModelReference model, Map<String, Long> rows) {
    return rows.containsKey(model.id()) || ancestors(model).stream().anyMatch(rows::containsKey);
  }

  private long rows(ModelReference model, Map<String, Long> rows) {
    long inherited =
        ancestors(model).stream().mapToLong(ancestor -> rows.getOrDefault(ancestor, 0L)).sum();
    return rows.getOrDefault(model.id(), 0L) + inherited;
  }

  private Set<String> ancestors(ModelReference model) {
    return ancestors.getOrDefault(model.id(), Set.of());
  }
}
