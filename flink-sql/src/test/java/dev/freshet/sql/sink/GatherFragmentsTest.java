package dev.freshet.sql.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.write.WrittenFragments;
import dev.freshet.operators.options.FreshetOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Dataset;
import org.lance.cleanup.CleanupPolicy;

class GatherFragmentsTest {

  @TempDir Path directory;

  private Configuration options;
  private WrittenFragments written;

  @BeforeEach
  void write() throws Exception {
    options = TestSink.options(directory.resolve("items"));
    written = TestSink.written(TestSink.settings(options), 0, 10);
  }

  @Test
  void makesOneAppendOfWhatAllWritersSendForACheckpoint() throws Exception {
    try (var harness = harness()) {
      harness.open();
      send(harness, 0, 5, Change.append(written));
      send(harness, 1, 5, Change.append(written));
      harness.prepareSnapshotPreBarrier(5);
      List<CommittableMessage<Append>> messages = harness.extractOutputValues();
      assertThat(messages).hasSize(2);
      assertThat(messages.get(0)).isEqualTo(new CommittableSummary<>(0, 1, 5, 1, 0));
      Append append = append(messages.get(1));
      assertThat(append.checkpoint()).isEqualTo(5);
      assertThat(append.last()).isFalse();
      assertThat(append.since()).isEqualTo(1);
      assertThat(append.change().fragments().rows()).isEqualTo(20);
      harness.prepareSnapshotPreBarrier(6);
      assertThat(harness.extractOutputValues()).as("nothing was sent for 6").hasSize(2);
    }
  }

  @Test
  void theFirstVersionsMayBeCleanedUp() throws Exception {
    SinkSettings settings = TestSink.settings(options);
    Append append = new Append(UUID.randomUUID(), 1, false, 1, Change.append(written));
    try (AppendCommitter committer = new AppendCommitter(settings)) {
      committer.commit(List.of(new TestCommitRequest(append)));
    }
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset =
            Dataset.open().allocator(allocator).uri(settings.location().uri()).build()) {
      dataset.cleanupWithPolicy(CleanupPolicy.builder().withBeforeVersion(2).build());
    }
    try (var harness = harness()) {
      harness.open();
      send(harness, 0, 5, deletion(1));
      harness.prepareSnapshotPreBarrier(5);
      assertThat(append(harness.extractOutputValues().get(1)).since()).isEqualTo(2);
    }
  }

  @Test
  void keepsTheOrderOfSeveralChangesOfAWriter() throws Exception {
    try (var harness = harness()) {
      harness.open();
      send(harness, 0, 5, deletion(1));
      send(harness, 1, 5, deletion(2));
      send(harness, 0, 5, deletion(1));
      harness.prepareSnapshotPreBarrier(5);
      List<CommittableMessage<Append>> messages = harness.extractOutputValues();
      assertThat(messages).hasSize(3);
      assertThat(messages.get(0)).isEqualTo(new CommittableSummary<>(0, 1, 5, 2, 0));
      assertThat(append(messages.get(1)).change().keys()).containsExactlyInAnyOrder(key(1), key(2));
      assertThat(append(messages.get(2)).change().keys()).containsExactly(key(1));
      assertThat(append(messages.get(1)).id()).isNotEqualTo(append(messages.get(2)).id());
    }
  }

  private static Change deletion(int key) {
    return new Change(new WrittenFragments(List.of()), Set.of(key(key)));
  }

  private static RowKey key(int key) {
    return new RowKey(new byte[] {(byte) key});
  }

  @Test
  void endsWithTheNextCheckpointAndSaysSoToTheIndex() throws Exception {
    options.set(FreshetOptions.INDEX_TYPE, "IVF_PQ");
    try (var harness = harness()) {
      harness.open();
      harness.prepareSnapshotPreBarrier(7);
      harness.endInput();
      Append append = append(harness.extractOutputValues().get(1));
      assertThat(append.checkpoint()).isEqualTo(8);
      assertThat(append.last()).isTrue();
      assertThat(append.change().fragments().isEmpty()).isTrue();
    }
  }

  @Test
  void endsSilentlyWithoutRowsAndWithoutAnIndex() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.endInput();
      assertThat(harness.extractOutputValues()).isEmpty();
    }
  }

  private OneInputStreamOperatorTestHarness<CommittableMessage<Change>, CommittableMessage<Append>>
      harness() throws Exception {
    return new OneInputStreamOperatorTestHarness<>(
        new GatherFragments(TestSink.settings(options)), 1, 1, 0);
  }

  private void send(
      OneInputStreamOperatorTestHarness<CommittableMessage<Change>, CommittableMessage<Append>>
          harness,
      int writer,
      long checkpoint,
      Change change)
      throws Exception {
    harness.processElement(
        new StreamRecord<>(new CommittableSummary<>(writer, 2, checkpoint, 1, 0)));
    harness.processElement(
        new StreamRecord<>(new CommittableWithLineage<>(change, checkpoint, writer)));
  }

  private static Append append(CommittableMessage<Append> message) {
    return ((CommittableWithLineage<Append>) message).getCommittable();
  }
}
