package dev.freshet.sql.sink;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.manifest.DatasetVersions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Gathers what the writers wrote for a checkpoint into one append; parallelism 1.
 *
 * <p>A writer that sends several changes wants them in several versions, one after the other: the
 * n-th of all writers go together, as no writer has a key of another's.
 *
 * <p>Writers send before the barrier, and so does this: nothing is left to keep when the state is
 * written. An input that is restored at its end may end twice; the committer finds that out.
 */
final class GatherFragments extends AbstractStreamOperator<CommittableMessage<Append>>
    implements OneInputStreamOperator<CommittableMessage<Change>, CommittableMessage<Append>>,
        BoundedOneInput {

  private static final long serialVersionUID = 1L;

  private final SinkSettings settings;
  private transient DatasetVersions versions;
  private transient Map<Integer, List<Change>> gathered;
  private transient long lastCheckpoint;

  GatherFragments(SinkSettings settings) {
    this.settings = settings;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    versions = new DatasetVersions(settings.location(), ArrowBudget.MANIFEST);
    gathered = new HashMap<>();
    lastCheckpoint = context.getRestoredCheckpointId().orElse(0);
  }

  @Override
  public void processElement(StreamRecord<CommittableMessage<Change>> element) {
    if (element.getValue() instanceof CommittableWithLineage<Change> message) {
      gathered
          .computeIfAbsent(message.getSubtaskId(), writer -> new ArrayList<>())
          .add(message.getCommittable());
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpoint) {
    if (!gathered.isEmpty()) {
      emit(checkpoint, false);
    }
    lastCheckpoint = checkpoint;
  }

  @Override
  public void endInput() {
    if (settings.indexed() || !gathered.isEmpty()) {
      emit(lastCheckpoint + 1, settings.indexed());
    }
  }

  private void emit(long checkpoint, boolean last) {
    List<Change> changes = inOrder();
    gathered.clear();
    long since = versions.latestVersion();
    output.collect(
        new StreamRecord<>(new CommittableSummary<>(0, 1, checkpoint, changes.size(), 0)));
    for (int i = 0; i < changes.size(); i++) {
      boolean end = last && i == changes.size() - 1;
      Append append = new Append(UUID.randomUUID(), checkpoint, end, since, changes.get(i));
      output.collect(new StreamRecord<>(new CommittableWithLineage<>(append, checkpoint, 0)));
    }
  }

  /** At least one, which may be empty. */
  private List<Change> inOrder() {
    int count = gathered.values().stream().mapToInt(List::size).max().orElse(0);
    return count == 0
        ? List.of(Change.NOTHING)
        : IntStream.range(0, count).mapToObj(this::nthOfAll).toList();
  }

  private Change nthOfAll(int n) {
    return Change.union(
        gathered.values().stream()
            .filter(changes -> changes.size() > n)
            .map(changes -> changes.get(n))
            .toList());
  }

  @Override
  public void close() throws Exception {
    if (versions != null) {
      versions.close();
    }
    super.close();
  }
}
