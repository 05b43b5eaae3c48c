package dev.freshet.sql.sink;

import dev.freshet.operators.lance.DatasetVersions;
import dev.freshet.operators.lance.WrittenFragments;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
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
 * <p>Writers send before the barrier, and so does this: nothing is left to keep when the state is
 * written. An input that is restored at its end may end twice; the committer finds that out.
 */
final class GatherFragments extends AbstractStreamOperator<CommittableMessage<Append>>
    implements OneInputStreamOperator<
            CommittableMessage<WrittenFragments>, CommittableMessage<Append>>,
        BoundedOneInput {

  private static final long serialVersionUID = 1L;
  private static final long ARROW_BYTES = 16L << 20;

  private final SinkSettings settings;
  private transient DatasetVersions versions;
  private transient List<WrittenFragments> gathered;
  private transient long lastCheckpoint;

  GatherFragments(SinkSettings settings) {
    this.settings = settings;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    versions = new DatasetVersions(settings.location(), ARROW_BYTES);
    gathered = new ArrayList<>();
    lastCheckpoint = context.getRestoredCheckpointId().orElse(0);
  }

  @Override
  public void processElement(StreamRecord<CommittableMessage<WrittenFragments>> element) {
    if (element.getValue() instanceof CommittableWithLineage<WrittenFragments> message) {
      gathered.add(message.getCommittable());
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
    Append append =
        new Append(
            UUID.randomUUID(), checkpoint, last, latestVersion(), WrittenFragments.union(gathered));
    gathered.clear();
    output.collect(new StreamRecord<>(new CommittableSummary<>(0, 1, checkpoint, 1, 0)));
    output.collect(new StreamRecord<>(new CommittableWithLineage<>(append, checkpoint, 0)));
  }

  private long latestVersion() {
    return versions.at(1).latestVersion();
  }

  @Override
  public void close() throws Exception {
    if (versions != null) {
      versions.close();
    }
    super.close();
  }
}
