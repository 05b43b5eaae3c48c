package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.operators.TestOptions;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.FlinkRuntimeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FragmentEnumeratorTest {

  private static final long SEED = 31;

  @TempDir Path directory;

  private final ManualEnumeratorContext context = new ManualEnumeratorContext();
  private TestDataset dataset;
  private Configuration config;

  @BeforeEach
  void createDataset() {
    dataset = TestDataset.of(directory.resolve("t"), vectors(600), 200);
    config = TestOptions.config(dataset.location().uri());
    config.set(FreshetOptions.SHARD_ROWS, 400L);
  }

  @AfterEach
  void closeDataset() {
    dataset.close();
  }

  @Test
  void assignsWorkAsAppendsCome() throws Exception {
    context.register(0);
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create()) {
      enumerator.start();
      assertThat(context.periods).as("the poll interval").containsExactly(1000L);
      context.runNext();
      assertThat(context.assigned).extracting(WorkSplit::splitId).containsExactly("0", "1");
      context.runNext();
      assertThat(context.assigned).as("nothing new").hasSize(2);
      dataset.append(vectors(200), 200);
      context.runNext();
      assertThat(context.assigned).extracting(WorkSplit::splitId).containsExactly("0", "1", "2");
      assertThat(context.ended).isEmpty();
    }
  }

  @Test
  void keepsWorkUntilTheReaderIsThere() throws Exception {
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create()) {
      enumerator.start();
      context.runNext();
      assertThat(context.assigned).isEmpty();
      assertThat(enumerator.snapshotState(1).pending()).hasSize(2);
      context.register(0);
      enumerator.addReader(0);
      assertThat(context.assigned).hasSize(2);
      assertThat(enumerator.snapshotState(2).pending()).isEmpty();
    }
  }

  @Test
  void assignsAgainWhatAReaderLost() throws Exception {
    context.register(0);
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create()) {
      enumerator.start();
      context.runNext();
      List<WorkSplit> lost = List.copyOf(context.assigned);
      context.assigned.clear();
      enumerator.addSplitsBack(lost, 0);
      assertThat(context.assigned).isEqualTo(lost);
    }
  }

  @Test
  void assignsNothingWhileACheckpointIsUnderWay() throws Exception {
    context.register(0);
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create()) {
      enumerator.start();
      enumerator.snapshotState(7);
      context.runNext();
      assertThat(context.assigned).isEmpty();
      enumerator.notifyCheckpointComplete(6);
      assertThat(context.assigned).as("an earlier one is complete").isEmpty();
      enumerator.handleSourceEvent(0, new ReaderResumed(7));
      assertThat(context.assigned).as("it is not complete").isEmpty();
      enumerator.notifyCheckpointComplete(7);
      assertThat(context.assigned).hasSize(2);
    }
  }

  /** As if the checkpoint were the savepoint of a stop, which ends the reader first. */
  @Test
  void assignsNothingToAReaderThatACheckpointStopped() throws Exception {
    context.register(0);
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create()) {
      enumerator.start();
      enumerator.snapshotState(7);
      context.runNext();
      enumerator.notifyCheckpointComplete(7);
      context.runNext();
      assertThat(context.assigned).isEmpty();
      enumerator.handleSourceEvent(0, new ReaderResumed(7));
      assertThat(context.assigned).as("it went on").hasSize(2);
    }
  }

  @Test
  void goesOnAfterACheckpointThatWasAborted() throws Exception {
    context.register(0);
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create()) {
      enumerator.start();
      enumerator.snapshotState(7);
      context.runNext();
      enumerator.notifyCheckpointAborted(7);
      assertThat(context.assigned).hasSize(2);
    }
  }

  /** When the process of a reader dies, nobody says that the checkpoint was aborted. */
  @Test
  void aNewReaderIsGivenWorkAtOnce() throws Exception {
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create()) {
      enumerator.start();
      context.runNext();
      enumerator.snapshotState(7);
      context.register(0);
      enumerator.addReader(0);
      assertThat(context.assigned).hasSize(2);
    }
  }

  @Test
  void tellsEachReaderOnceThatItsInputEnds() throws Exception {
    config.set(FreshetOptions.ONCE, true);
    context.register(0);
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create()) {
      enumerator.start();
      context.runNext();
      enumerator.snapshotState(7);
      enumerator.notifyCheckpointComplete(7);
      enumerator.handleSourceEvent(0, new ReaderResumed(7));
      assertThat(context.ended).containsExactly(0);
      enumerator.addReader(0);
      assertThat(context.ended).containsExactly(0, 0);
    }
  }

  @Test
  void onceEndsTheInput() throws Exception {
    config.set(FreshetOptions.ONCE, true);
    context.register(0);
    assertThat(new FragmentSource(config).getBoundedness()).isEqualTo(Boundedness.BOUNDED);
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create()) {
      enumerator.start();
      context.runNext();
      assertThat(context.assigned).hasSize(2);
      assertThat(context.ended).containsExactly(0);
      assertThat(context.calls).as("one look is enough").isEmpty();
    }
  }

  @Test
  void onceEndsAReaderThatComesLate() throws Exception {
    config.set(FreshetOptions.ONCE, true);
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create()) {
      enumerator.start();
      context.runNext();
      assertThat(context.ended).isEmpty();
      context.register(0);
      enumerator.addReader(0);
      assertThat(context.assigned).hasSize(2);
      assertThat(context.ended).containsExactly(0);
    }
  }

  @Test
  void restoresWithoutHandingOutTwice() throws Exception {
    context.register(0);
    DiscoveryState state;
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create()) {
      enumerator.start();
      context.runNext();
      state = enumerator.snapshotState(1);
    }
    ManualEnumeratorContext again = new ManualEnumeratorContext();
    again.register(0);
    try (SplitEnumerator<WorkSplit, DiscoveryState> restored =
        new FragmentSource(config).restoreEnumerator(again, state)) {
      restored.start();
      again.runNext();
      assertThat(again.assigned).isEmpty();
    }
  }

  @Test
  void waitsForRowsEnoughToTrain() throws Exception {
    config.set(FreshetOptions.INDEX_PARTITIONS, 601);
    context.register(0);
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create()) {
      enumerator.start();
      context.runNext();
      assertThat(context.assigned).isEmpty();
      dataset.append(vectors(1), 200);
      context.runNext();
      assertThat(context.assigned).hasSize(2);
    }
  }

  /** Rows too few to train are no work. */
  @Test
  void saysWhenThereIsNoWork() throws Exception {
    config.set(FreshetOptions.INDEX_PARTITIONS, 1000);
    context.register(0);
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = atOnceQuiet(false)) {
      enumerator.start();
      context.runNext();
      assertThat(context.quiet).containsExactly(true);
      context.runNext();
      assertThat(context.quiet).as("said once").hasSize(1);
      enumerator.snapshotState(1);
      dataset.append(vectors(600), 200);
      context.runNext();
      assertThat(context.quiet).as("a checkpoint is under way").containsExactly(true);
      enumerator.notifyCheckpointComplete(1);
      enumerator.handleSourceEvent(0, new ReaderResumed(1));
      assertThat(context.assigned).isNotEmpty();
      assertThat(context.quiet).containsExactly(true, false);
      context.runNext();
      assertThat(context.quiet).as("it is in flight").hasSize(2);
    }
  }

  @Test
  void saysNothingInAJobOfOthers() throws Exception {
    config.set(FreshetOptions.INDEX_PARTITIONS, 1000);
    context.register(0);
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = atOnceQuiet(true)) {
      enumerator.start();
      context.runNext();
      context.runNext();
      assertThat(context.quiet).isEmpty();
    }
  }

  private FragmentEnumerator atOnceQuiet(boolean followsSink) {
    StreamOptions options = StreamOptions.from(config);
    return new FragmentEnumerator(
        context,
        options,
        new ManifestObserver(options),
        new Discovery(options, DiscoveryState.initial()),
        followsSink,
        Duration.ZERO);
  }

  @Test
  void failsAfterTenFailuresInARow() throws Exception {
    config.set(FreshetOptions.DATASET, directory.resolve("none").toString());
    context.register(0);
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create()) {
      enumerator.start();
      for (int failure = 1; failure < FragmentEnumerator.MAX_FAILURES; failure++) {
        context.runNext();
      }
      assertThatThrownBy(context::runNext)
          .isInstanceOf(FlinkRuntimeException.class)
          .hasMessageStartingWith("Cannot read the manifest of ")
          .hasCauseInstanceOf(DatasetException.class);
      context.runNext(); // the job has failed already: it is not failed once more
    }
  }

  @Test
  void onceLooksAgainAfterAFailure() throws Exception {
    config.set(FreshetOptions.ONCE, true);
    config.set(FreshetOptions.DATASET, directory.resolve("later").toString());
    context.register(0);
    try (SplitEnumerator<WorkSplit, DiscoveryState> enumerator = create();
        TestDataset later = TestDataset.of(directory.resolve("other"), vectors(400), 400)) {
      enumerator.start();
      context.runNext();
      assertThat(context.ended).isEmpty();
      assertThat(later.path().toFile().renameTo(directory.resolve("later").toFile())).isTrue();
      context.runNext();
      assertThat(context.assigned).hasSize(1);
      assertThat(context.ended).containsExactly(0);
    }
  }

  private SplitEnumerator<WorkSplit, DiscoveryState> create() {
    return new FragmentSource(config).createEnumerator(context);
  }

  private static TestVectors vectors(int rows) {
    return TestVectors.clustered(rows, 8, 4, SEED);
  }
}
