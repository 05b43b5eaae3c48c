package dev.freshet.state.simulation;

import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.protocol.CompactionCommitter;
import dev.freshet.state.protocol.Publishing;
import dev.freshet.state.protocol.SegmentCommitter;
import dev.freshet.state.protocol.SegmentRechecker;
import dev.freshet.state.protocol.VerifiedSegments;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/** The shipped publisher over the table in memory. */
final class SimulatedSink {

  /** A step of the publisher. */
  private interface Publish {
    void run() throws IOException;
  }

  private final SimulatedIndexTable index;
  private final SimulatedTable table;
  private final IndexKind type;
  private final SimulatedReport report;
  private final Supplier<UUID> uuids;
  private final Random random;
  private final Map<String, Integer> events;
  private Publishing publishing;

  SimulatedSink(
      SimulatedIndexTable index,
      SimulatedTable table,
      IndexKind type,
      Supplier<UUID> uuids,
      Random random,
      Map<String, Integer> events) {
    this.index = index;
    this.table = table;
    this.type = type;
    this.report = new SimulatedReport(index, events);
    this.uuids = uuids;
    this.random = random;
    this.events = events;
    restart();
  }

  /** Forgets what the process had in memory. */
  void restart() {
    publishing = new Publishing("vectors", type, index, report, new VerifiedSegments(), uuids);
  }

  /**
   * Publishes a segment.
   *
   * @param race what happens to the dataset between the steps
   */
  void publish(UnpublishedSegment segment, Runnable race) {
    run(() -> new SegmentCommitter(publishing).commit(segment), race);
  }

  void recheck(UUID segment, Runnable race) {
    run(() -> new SegmentRechecker(publishing).recheck(segment), race);
  }

  void compact(CompactionGroup group, Runnable race) {
    SimulatedRewrite rewrite = new SimulatedRewrite(index, table, type, group, random, events);
    run(() -> new CompactionCommitter(publishing).commit(rewrite), race);
  }

  long rowsPublished() {
    return report.rowsPublished;
  }

  private void run(Publish publish, Runnable race) {
    index.race = race;
    try {
      publish.run();
    } catch (IOException e) {
      events.merge("job failed", 1, Integer::sum);
      throw index.faults.failure(Step.VERIFY, e);
    } finally {
      index.race = () -> {};
    }
  }
}
