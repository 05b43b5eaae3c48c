package dev.freshet.operators.garbage;

import dev.freshet.state.garbage.GarbageKind;
import dev.freshet.state.garbage.StoredObject;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * How much there is of a kind of garbage.
 *
 * @param count files, or segment directories
 */
public record GarbageSummary(GarbageKind kind, long count, long bytes) {

  /** One for each kind, in the order of the kinds. */
  public static List<GarbageSummary> of(Collection<StoredObject> garbage) {
    return Arrays.stream(GarbageKind.values())
        .map(
            kind -> {
              List<StoredObject> ofKind =
                  garbage.stream().filter(object -> object.kind() == kind).toList();
              return new GarbageSummary(
                  kind, ofKind.size(), ofKind.stream().mapToLong(StoredObject::bytes).sum());
            })
        .toList();
  }
}
