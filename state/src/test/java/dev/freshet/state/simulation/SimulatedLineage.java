package dev.freshet.state.simulation;

import dev.freshet.state.model.ModelReference;
import dev.freshet.state.planning.ModelLineage;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Models whose ids begin with those of the models that they have grown from, and what is kept of
 * those that took the place of others.
 */
final class SimulatedLineage {

  private static final String GROWN = "+";

  /** Origins of the models whose place those of an origin have taken. */
  private final Map<String, Set<String>> replaced = new HashMap<>();

  /** Id of a model that has grown from another. */
  static String grownFrom(String model, UUID by) {
    return model + GROWN + by;
  }

  /** Whether codes of a model are codes of another one. */
  static boolean takesCodesOf(String model, String other) {
    return model.equals(other) || model.startsWith(other + GROWN);
  }

  /** What a model has in common with all that it has grown from. */
  private static String origin(String model) {
    return model.split("[" + GROWN + "]", 2)[0];
  }

  /** A model takes the place of others. */
  void replace(Collection<String> models, String successor) {
    replaced
        .computeIfAbsent(origin(successor), id -> new HashSet<>())
        .addAll(models.stream().map(SimulatedLineage::origin).toList());
  }

  ModelLineage of(Collection<ModelReference> models) {
    return new ModelLineage(
        models,
        related(models, (id, other) -> id.startsWith(other + GROWN)),
        related(models, (id, other) -> replacedBy(origin(id)).contains(origin(other))));
  }

  @FunctionalInterface
  private interface Relation {
    boolean holds(String id, String other);
  }

  private static Map<String, Set<String>> related(
      Collection<ModelReference> models, Relation relation) {
    Set<String> ids = models.stream().map(ModelReference::id).collect(Collectors.toSet());
    return ids.stream()
        .collect(
            Collectors.toMap(
                Function.identity(),
                id ->
                    ids.stream()
                        .filter(other -> relation.holds(id, other))
                        .collect(Collectors.toSet())));
  }

  private Set<String> replacedBy(String origin) {
    Set<String> all = new HashSet<>(replaced.getOrDefault(origin, Set.of()));
    List.copyOf(all).forEach(one -> all.addAll(replacedBy(one)));
    return all;
  }

  /** What a model has grown to, of several; all by their ids. */
  String newest(String model, List<String> models) {
    List<ModelReference> references =
        models.stream().filter(id -> !id.isEmpty()).map(SimulatedLineage::reference).toList();
    return model.isEmpty()
        ? model
        : ModelReference.id(of(references).newest(Optional.of(reference(model))));
  }

  private static ModelReference reference(String id) {
    return new ModelReference(id, new UUID(0, 0));
  }
}
