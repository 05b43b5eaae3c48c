package dev.freshet.state.simulation;

import dev.freshet.state.garbage.GarbageKind;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.protocol.IndexTable;
import dev.freshet.state.protocol.TableVersion;
import dev.freshet.state.protocol.UnreadableSegmentException;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** The publisher's table in memory, with processes that die and others that write in between. */
final class SimulatedIndexTable implements IndexTable {

  private final SimulatedClock clock;
  final SimulatedDataset dataset;
  final SimulatedWorkers workers;
  final SimulatedEntries entries;
  final Faults faults;

  /** What happens to the dataset between two steps of the publisher. */
  Runnable race = () -> {};

  /** Whether nobody came between the latest commit and the version on which it was decided. */
  boolean alone;

  SimulatedIndexTable(
      SimulatedDataset dataset, SimulatedClock clock, SimulatedWorkers workers, Faults faults) {
    this.dataset = dataset;
    this.clock = clock;
    this.workers = workers;
    this.entries = new SimulatedEntries(dataset.store);
    this.faults = faults;
  }

  @Override
  public TableVersion latest() {
    return new SimulatedTableVersion(this, faults.call(Step.DECIDE, dataset::latest));
  }

  @Override
  public TableVersion afterCommit() {
    return latest();
  }

  @Override
  public Optional<ModelReference> modelOf(UUID segment) throws IOException {
    String model = reading(() -> dataset.store.read(segment).model());
    if (model.equals("unknown")) {
      throw new UnreadableSegmentException(new IOException("its model is unknown"));
    }
    return dataset.store.model(segment);
  }

  @Override
  public boolean isAlmostGarbage(UUID segment) {
    return dataset.store.holds(segment)
        && !SimulatedCollector.POLICY.mayPublish(
            GarbageKind.SEGMENT, dataset.store.modified(segment), clock.ofStore());
  }

  @Override
  public void retain(LogicalIndex committed) {
    // remembers nothing
  }

  static <T> T reading(Supplier<T> read) throws UnreadableSegmentException {
    try {
      return read.get();
    } catch (SimulatedStore.Gone e) {
      throw new UnreadableSegmentException(e);
    }
  }
}
