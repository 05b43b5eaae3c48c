package dev.freshet.state.planning;

import dev.freshet.state.model.ModelReference;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Which models of an index have grown from which: segments of a model can be merged with those of
 * one that it has grown to. And which have taken the place of which: their segments cannot be
 * merged, but are encoded again one after the other.
 */
public final class ModelLineage {

  private static final ModelLineage NONE = new ModelLineage(List.of(), Map.of(), Map.of());

  private final Map<String, ModelReference> models = new LinkedHashMap<>();
  private final Map<String, Set<String>> ancestors;
  private final Map<String, Set<String>> predecessors;

  /**
   * @param models each once; earlier ones are preferred where nothing else decides
   * @param ancestors ids of the models that a model has grown from, by its id; none if it is
   *     missing
   * @param predecessors ids of the models whose place a model has taken, in the same form
   */
  public ModelLineage(
      Collection<ModelReference> models,
      Map<String, Set<String>> ancestors,
      Map<String, Set<String>> predecessors) {
    models.forEach(model -> this.models.putIfAbsent(model.id(), model));
    this.ancestors = Map.copyOf(ancestors);
    this.predecessors = Map.copyOf(predecessors);
  }

  /** The lineage where nothing has grown. */
  public static ModelLineage none() {
    return NONE;
  }

  /** What a model has grown to most, or itself. */
  public Optional<ModelReference> newest(Optional<ModelReference> model) {
    return model.map(one -> latest(one, this::hasGrownFrom).orElse(one));
  }

  /** What has taken the place of a model, the last of them. */
  public Optional<ModelReference> successor(Optional<ModelReference> model) {
    return model.flatMap(one -> latest(one, this::succeeds));
  }

  /** What has taken the place of a model, or else what it has grown to most. */
  public Optional<ModelReference> last(Optional<ModelReference> model) {
    return successor(model).or(() -> newest(model));
  }

  private Optional<ModelReference> latest(
      ModelReference model, BiPredicate<ModelReference, ModelReference> follows) {
    return models.values().stream()
        .filter(other -> follows.test(other, model))
        .max(Comparator.comparingInt(this::age).thenComparing(ModelReference::id));
  }

  /** How many models are behind it. */
  private int age(ModelReference model) {
    return ids(ancestors, model).size() + ids(predecessors, model).size();
  }

  /**
   * The model for new rows: that of most live rows, where those of a model count for what it has
   * grown to, and for what took its place, as well; of equals one of the index, or that comes from
   * such, then the one that has most models behind it, then the current one.
   *
   * @param rows live rows of the index by the id of the model that has encoded them
   * @param current used before, perhaps in no segment yet
   */
  public Optional<ModelReference> adopt(Map<String, Long> rows, Optional<ModelReference> current) {
    Comparator<ModelReference> preference =
        Comparator.comparingLong((ModelReference model) -> rows(model, rows))
            .thenComparing(model -> isOfIndex(model, rows))
            .thenComparingInt(this::age)
            .thenComparing(model -> current.filter(one -> one.id().equals(model.id())).isPresent());
    return models.values().stream().reduce((a, b) -> preference.compare(b, a) > 0 ? b : a);
  }

  private boolean isOfIndex(ModelReference model, Map<String, Long> rows) {
    return rows.keySet().stream().anyMatch(id -> comesFrom(model, id));
  }

  private long rows(ModelReference model, Map<String, Long> rows) {
    return rows.entrySet().stream()
        .filter(one -> comesFrom(model, one.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Whether it is that model, has grown from it, or has taken its place. */
  private boolean comesFrom(ModelReference model, String id) {
    return model.id().equals(id)
        || ids(ancestors, model).contains(id)
        || ids(predecessors, model).contains(id);
  }

  private boolean hasGrownFrom(ModelReference model, ModelReference other) {
    return ids(ancestors, model).contains(other.id());
  }

  private boolean succeeds(ModelReference model, ModelReference other) {
    return ids(predecessors, model).contains(other.id());
  }

  private static Set<String> ids(Map<String, Set<String>> of, ModelReference model) {
    return of.getOrDefault(model.id(), Set.of());
  }
}
