package dev.freshet.state.simulation;

import dev.freshet.state.model.ModelReference;
import dev.freshet.state.planning.ModelLineage;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Models whose ids begin with those of the models that they have grown from. */
final class SimulatedLineage {

  private static final String GROWN = "+";

  private SimulatedLineage() {}

  /** Id of a model that has grown from another. */
  static String grownFrom(String model, UUID by) {
    return model + GROWN + by;
  }

  /** Whether codes of a model are codes of another one. */
  static boolean takesCodesOf(String model, String other) {
    return model.equals(other) || model.startsWith(other + GROWN);
  }

  static ModelLineage of(Collection<ModelReference> models) {
    Map<String, Set<String>> ancestors =
        models.stream()
            .map(ModelReference::id)
            .distinct()
            .collect(Collectors.toMap(Function.identity(), id -> ancestors(id, models)));
    return new ModelLineage(models, ancestors);
  }

  private static Set<String> ancestors(String id, Collection<ModelReference> models) {
    return models.stream()
        .map(ModelReference::id)
        .filter(other -> id.startsWith(other + GROWN))
        .collect(Collectors.toSet());
  }

  /** What a model has grown to, of several; all by their ids. */
  static String newest(String model, List<String> models) {
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
