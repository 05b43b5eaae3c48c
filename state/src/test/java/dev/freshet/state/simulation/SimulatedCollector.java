package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.garbage.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** A garbage collection that runs beside the jobs, and that others overtake between its steps. */
final class SimulatedCollector {

  static final GarbagePolicy POLICY =
      new GarbagePolicy(Duration.ofMinutes(100), GarbagePolicy.DEFAULT_DATA_GRACE);

  private record Listing(Instant now, List<StoredObject> stored) {}

  private final SimulatedDataset dataset;
  private final SimulatedClock clock;
  private final Faults faults;
  private final Random random;
  private final Map<String, Integer> events;
  private Optional<Listing> listed = Optional.empty();
  private final List<StoredObject> garbage = new ArrayList<>();

  SimulatedCollector(
      SimulatedDataset dataset,
      SimulatedClock clock,
      Faults faults,
      Random random,
      Map<String, Integer> events) {
    this.dataset = dataset;
    this.clock = clock;
    this.faults = faults;
    this.random = random;
    this.events = events;
  }

  /** Goes a step further, or starts anew after a fault. */
  void advance() {
    try {
      if (!garbage.isEmpty()) {
        delete();
      } else if (listed.isEmpty()) {
        Instant now = clock.ofStore();
        listed = Optional.of(new Listing(now, faults.call(Step.LIST_STORED, dataset.store::list)));
      } else {
        decide(listed.get());
        listed = Optional.empty();
      }
    } catch (Faults.Crash | Faults.StoreError e) {
      listed = Optional.empty();
      garbage.clear();
    }
  }

  private void decide(Listing listing) {
    Set<String> names = faults.call(Step.READ_NAMES, dataset::names);
    garbage.addAll(
        POLICY.garbage(
            listing.stored(),
            names,
            listing.now(),
            object -> dataset.store.isModel(UUID.fromString(object.name()))));
  }

  private void delete() {
    do {
      StoredObject object = garbage.remove(random.nextInt(garbage.size()));
      assertThat(dataset.names()).as("named by a retained version").doesNotContain(object.name());
      UUID uuid = UUID.fromString(object.name());
      faults.call(
          Step.DELETE,
          () -> {
            dataset.store.deletePart(uuid);
            return true;
          });
      dataset.store.delete(uuid);
      events.merge("collected", 1, Integer::sum);
      faults.pass(Step.DELETED);
    } while (!garbage.isEmpty() && random.nextInt(4) > 0);
  }

  /** A whole collection, with nobody beside it. */
  void collect() {
    listed = Optional.empty();
    garbage.clear();
    advance();
    while (listed.isPresent() || !garbage.isEmpty()) {
      advance();
    }
  }
}
