package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.garbage.GarbageKind;
import dev.freshet.state.garbage.StoredObject;
import dev.freshet.state.model.ModelReference;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The directories of segments, and when they were written to last. */
final class SimulatedStore {

  /** A segment that was there, and was removed. */
  static final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Gone(UUID uuid) {
      super("segment " + uuid + " is gone");
    }
  }

  private final SimulatedClock clock;
  private final Map<UUID, Instant> begun = new HashMap<>();
  private final Map<UUID, SegmentRows> complete = new HashMap<>();
  private final Set<UUID> gone = new HashSet<>();

  /** Of the models in them; some of it is in files beside them. */
  final SimulatedLineage lineage = new SimulatedLineage();

  SimulatedStore(SimulatedClock clock) {
    this.clock = clock;
  }

  /** Writes the first file of a segment. */
  void begin(UUID uuid) {
    assertThat(begun).as("%s is written twice", uuid).doesNotContainKey(uuid);
    begun.put(uuid, clock.ofStore());
    gone.remove(uuid);
  }

  /** Writes the last file of a segment. */
  void finish(UUID uuid, SegmentRows rows) {
    assertThat(begun).containsKey(uuid);
    assertThat(complete.putIfAbsent(uuid, rows)).as("%s is written twice", uuid).isNull();
    begun.put(uuid, clock.ofStore());
  }

  void write(UUID uuid, SegmentRows rows) {
    begin(uuid);
    finish(uuid, rows);
  }

  /** Whether anything of a segment is there. */
  boolean exists(UUID uuid) {
    return begun.containsKey(uuid);
  }

  /**
   * A segment all of whose files are there.
   *
   * @throws Gone if some were removed
   */
  SegmentRows read(UUID uuid) {
    if (gone.contains(uuid)) {
      throw new Gone(uuid);
    }
    SegmentRows rows = complete.get(uuid);
    assertThat(rows).as("segment %s is complete", uuid).isNotNull();
    return rows;
  }

  /** The model of a segment; none if its index has no vectors. */
  Optional<ModelReference> model(UUID segment) {
    String id = read(segment).model();
    return id.isEmpty() ? Optional.empty() : Optional.of(new ModelReference(id, segment));
  }

  /** When a segment that is there was written to last. */
  Instant modified(UUID uuid) {
    read(uuid);
    return begun.get(uuid);
  }

  /** Whether all files of a segment are there. */
  boolean holds(UUID uuid) {
    return complete.containsKey(uuid);
  }

  /** Whether a segment is complete and has no rows. */
  boolean isModel(UUID uuid) {
    return holds(uuid) && read(uuid).rows() == 0;
  }

  /** Removes one of its files. */
  void deletePart(UUID uuid) {
    complete.remove(uuid);
    gone.add(uuid);
  }

  /** Removes what is left of its files. */
  void delete(UUID uuid) {
    deletePart(uuid);
    begun.remove(uuid);
  }

  /** All that is there, complete or not. */
  List<StoredObject> list() {
    return begun.entrySet().stream()
        .map(
            one ->
                new StoredObject(
                    GarbageKind.SEGMENT,
                    "_indices/" + one.getKey(),
                    one.getKey().toString(),
                    1,
                    one.getValue()))
        .toList();
  }
}
