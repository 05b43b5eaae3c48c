package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.operators.wire.Work;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.Test;

class ResumingReaderTest {

  private final TestingReaderContext context = new TestingReaderContext();
  private final TestingReaderOutput<Work> output = new TestingReaderOutput<>();
  private final ResumingReader<Work, WorkSplit> reader =
      new ResumingReader<>(new WorkReader(), context);

  @Test
  void saysOnceThatItGoesOnBehindASnapshot() throws Exception {
    reader.start();
    assertThat(reader.pollNext(output)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
    CompletableFuture<Void> waiting = reader.isAvailable();
    assertThat(waiting).isNotDone();
    assertThat(context.getSentEvents()).isEmpty();

    reader.snapshotState(7);
    assertThat(waiting).as("it is polled, so that it can say so").isDone();
    assertThat(context.getSentEvents()).as("a stopped reader is not polled").isEmpty();
    assertThat(reader.pollNext(output)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
    assertThat(context.getSentEvents()).containsExactly(new ReaderResumed(7));

    assertThat(reader.isAvailable()).isNotDone();
    reader.pollNext(output);
    assertThat(context.getSentEvents()).hasSize(1);
  }

  @Test
  void readsAsTheOtherDoes() throws Exception {
    WorkSplit split =
        new WorkSplit(0, new Work.Compact(new CompactionGroup(1, Coverage.of(1), 100)));
    CompletableFuture<Void> waiting = reader.isAvailable();
    reader.addSplits(List.of(split));
    assertThat(waiting).isDone();
    assertThat(reader.snapshotState(1)).containsExactly(split);
    reader.notifyNoMoreSplits();
    assertThat(reader.pollNext(output)).isEqualTo(InputStatus.END_OF_INPUT);
    assertThat(output.getEmittedRecords()).containsExactly(split.work());
    reader.close();
  }
}
