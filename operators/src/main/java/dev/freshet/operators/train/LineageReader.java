package dev.freshet.operators.train;

import dev.freshet.state.model.ModelReference;
import dev.freshet.state.planning.ModelLineage;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the lineage of models: which have grown from which by what is in them, and which have taken
 * the place of which by what is kept beside the dataset.
 *
 * <p>Reads each model twice at most, when it is met first, and none if there is only one. Not
 * thread-safe.
 */
final class LineageReader {

  private static final Logger LOG = LoggerFactory.getLogger(LineageReader.class);

  private final ModelStore store;
  private final Successions successions;

  /** What is known of models, by their ids. */
  private final Map<String, Known> known = new HashMap<>();

  /** Origins whose place the models of an origin have taken. */
  private final Map<String, Set<String>> replaced = new HashMap<>();

  /**
   * What is known of a model.
   *
   * @param grownFrom whether it has grown from another one, by that one's id
   */
  private record Known(int partitions, String origin, Map<String, Boolean> grownFrom) {}

  /** What holds of a model and another one. */
  @FunctionalInterface
  private interface Relation {
    boolean holds(ModelReference model, ModelReference other) throws IOException;
  }

  LineageReader(ModelStore store, Successions successions) {
    this.store = store;
    this.successions = successions;
  }

  /** The lineage of some models; one that cannot be read comes from none. */
  ModelLineage of(Collection<ModelReference> models) throws IOException {
    Map<String, ModelReference> distinct = new LinkedHashMap<>();
    models.forEach(model -> distinct.putIfAbsent(model.id(), model));
    known.keySet().retainAll(distinct.keySet());
    if (distinct.size() < 2) {
      return new ModelLineage(distinct.values(), Map.of(), Map.of());
    }
    known.values().forEach(one -> one.grownFrom().keySet().retainAll(distinct.keySet()));
    List<ModelReference> readable = readable(distinct.values());
    replaced.keySet().retainAll(known.values().stream().map(Known::origin).toList());
    return new ModelLineage(
        distinct.values(), related(readable, this::hasGrown), related(readable, this::succeeds));
  }

  private List<ModelReference> readable(Collection<ModelReference> models) throws IOException {
    List<ModelReference> readable = new ArrayList<>();
    for (ModelReference model : models) {
      try {
        if (!known.containsKey(model.id())) {
          IvfModel content = store.load(model);
          known.put(model.id(), new Known(content.partitions(), content.origin(), new HashMap<>()));
        }
        readable.add(model);
      } catch (FileNotFoundException | CorruptSegmentException e) {
        LOG.warn("Model {} cannot be compared with others", model, e);
      }
    }
    return readable;
  }

  private static Map<String, Set<String>> related(List<ModelReference> models, Relation relation)
      throws IOException {
    Map<String, Set<String>> related = new HashMap<>();
    for (ModelReference model : models) {
      List<ModelReference> others = new ArrayList<>();
      for (ModelReference other : models) {
        if (relation.holds(model, other)) {
          others.add(other);
        }
      }
      related.put(model.id(), others.stream().map(ModelReference::id).collect(Collectors.toSet()));
    }
    return related;
  }

  private boolean hasGrown(ModelReference model, ModelReference from) throws IOException {
    Known one = known.get(model.id());
    Known other = known.get(from.id());
    if (one.partitions() <= other.partitions() || !one.origin().equals(other.origin())) {
      return false;
    }
    Boolean grown = one.grownFrom().get(from.id());
    if (grown == null) {
      grown = store.load(model).first(other.partitions()).id().equals(from.id());
      one.grownFrom().put(from.id(), grown);
    }
    return grown;
  }

  private boolean succeeds(ModelReference model, ModelReference other) throws IOException {
    String origin = known.get(model.id()).origin();
    String before = known.get(other.id()).origin();
    if (origin.equals(before)) {
      return false;
    }
    Set<String> all = replaced.get(origin);
    if (all == null) {
      all = successions.replacedBy(origin);
      replaced.put(origin, all);
    }
    return all.contains(before);
  }
}
