package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.operators.wire.Work;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.Test;

class WorkReaderTest {

  private final WorkReader reader = new WorkReader();
  private final Collected output = new Collected();

  @Test
  void emitsSplitsInOrder() {
    reader.addSplits(List.of(split(0), split(1)));
    assertThat(reader.isAvailable()).isDone();
    assertThat(reader.pollNext(output)).isEqualTo(InputStatus.MORE_AVAILABLE);
    assertThat(reader.pollNext(output)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
    assertThat(output.records).containsExactly(split(0).work(), split(1).work());
  }

  @Test
  void isAvailableAgainWhenSplitsCome() {
    assertThat(reader.pollNext(output)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
    CompletableFuture<Void> available = reader.isAvailable();
    assertThat(available).isNotDone();
    reader.addSplits(List.of(split(0)));
    assertThat(available).isDone();
    assertThat(reader.pollNext(output)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
    assertThat(reader.isAvailable()).isNotDone();
  }

  @Test
  void endsBehindItsLastSplit() {
    reader.addSplits(List.of(split(0), split(1)));
    reader.notifyNoMoreSplits();
    assertThat(reader.pollNext(output)).isEqualTo(InputStatus.MORE_AVAILABLE);
    assertThat(reader.pollNext(output)).isEqualTo(InputStatus.END_OF_INPUT);
    assertThat(output.records).hasSize(2);
  }

  @Test
  void endsAtOnceWithoutSplits() {
    CompletableFuture<Void> available = reader.isAvailable();
    reader.notifyNoMoreSplits();
    assertThat(available).isDone();
    assertThat(reader.pollNext(output)).isEqualTo(InputStatus.END_OF_INPUT);
  }

  @Test
  void snapshotsWhatItHasNotEmitted() {
    reader.addSplits(List.of(split(0), split(1), split(2)));
    reader.pollNext(output);
    List<WorkSplit> snapshot = reader.snapshotState(1);
    assertThat(snapshot).containsExactly(split(1), split(2));

    WorkReader restored = new WorkReader();
    restored.addSplits(snapshot);
    restored.pollNext(output);
    restored.pollNext(output);
    assertThat(output.records).containsExactly(split(0).work(), split(1).work(), split(2).work());
  }

  private static WorkSplit split(int number) {
    return new WorkSplit(
        number, new Work.Compact(new CompactionGroup(1, Coverage.of(number), 100)));
  }

  private static final class Collected implements ReaderOutput<Work> {

    private final List<Work> records = new ArrayList<>();

    @Override
    public void collect(Work work) {
      records.add(work);
    }

    @Override
    public void collect(Work work, long timestamp) {
      records.add(work);
    }

    @Override
    public void emitWatermark(Watermark watermark) {}

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}

    @Override
    public SourceOutput<Work> createOutputForSplit(String splitId) {
      return this;
    }

    @Override
    public void releaseOutputForSplit(String splitId) {}
  }
}
