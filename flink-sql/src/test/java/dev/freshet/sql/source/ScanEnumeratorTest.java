package dev.freshet.sql.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.discover.ReaderResumed;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which fragments go to whom and when; version 1 of the table is empty. */
class ScanEnumeratorTest {

  private static final Map<String, String> SNAPSHOT = Map.of();
  private static final Map<String, String> STREAMING = Map.of("scan.mode", "streaming");
  private static final int ROWS = 10;

  @TempDir Path directory;

  private final ScanContext context = new ScanContext(2);
  private VectorTable table;

  @BeforeEach
  void create() {
    table = VectorTable.create(directory.resolve("t").toString(), 2);
  }

  @AfterEach
  void close() {
    table.close();
  }

  @Test
  void aSnapshotGoesToTheReadersThatAskAndEnds() throws Exception {
    insert(3);
    try (SplitEnumerator<FragmentSplit, ScanProgress> enumerator = start(SNAPSHOT)) {
      ask(enumerator, 0, 1);
      assertThat(given()).as("before a look").isEmpty();
      context.look();
      assertThat(context.given(0)).containsExactly(split(4, 0));
      assertThat(context.given(1)).containsExactly(split(4, 1));
      ask(enumerator, 1);
      assertThat(context.given(1)).containsExactly(split(4, 1), split(4, 2));
      assertThat(context.hasEnded(0)).as("it has not asked again").isFalse();
      insert(1);
      ask(enumerator, 0, 1);
      context.look();
      assertThat(context.hasEnded(0)).isTrue();
      assertThat(context.hasEnded(1)).isTrue();
      assertThat(given()).as("what was inserted after the look").hasSize(3);
    }
  }

  @Test
  void aStreamGoesOnWithWhatEachVersionInserts() throws Exception {
    insert(1);
    try (SplitEnumerator<FragmentSplit, ScanProgress> enumerator = start(STREAMING)) {
      ask(enumerator, 0);
      context.look();
      ask(enumerator, 0, 1);
      context.look();
      assertThat(given()).as("nothing new").containsExactly(split(2, 0));
      insert(2);
      context.look();
      assertThat(context.given(0)).containsExactly(split(2, 0), split(3, 1));
      assertThat(context.given(1)).containsExactly(split(4, 2));
      table.delete("id < 5");
      table.compact(1000);
      ask(enumerator, 0, 1);
      context.look();
      assertThat(given()).as("nothing was inserted").hasSize(3);
      assertThat(context.hasEnded(0) || context.hasEnded(1)).isFalse();
    }
  }

  @Test
  void aRestoredSnapshotGivesWhatWasLeftAndLooksNoMore() throws Exception {
    insert(3);
    ScanProgress progress = stopAfterOneSplit(SNAPSHOT);
    assertThat(progress).isEqualTo(new ScanProgress(4, List.of(split(4, 1), split(4, 2))));
    insert(1);
    try (SplitEnumerator<FragmentSplit, ScanProgress> restored = start(SNAPSHOT, progress)) {
      context.look();
      ask(restored, 0);
      ask(restored, 0);
      ask(restored, 0);
      assertThat(context.given(0)).containsExactlyElementsOf(progress.pending());
      assertThat(context.hasEnded(0)).isTrue();
    }
  }

  @Test
  void aRestoredStreamFindsWhatWasInsertedMeanwhile() throws Exception {
    insert(2);
    ScanProgress progress = stopAfterOneSplit(STREAMING);
    assertThat(progress).isEqualTo(new ScanProgress(3, List.of(split(3, 1))));
    insert(1);
    try (SplitEnumerator<FragmentSplit, ScanProgress> restored = start(STREAMING, progress)) {
      ask(restored, 0, 1);
      assertThat(context.given(0)).as("before a look").containsExactly(split(3, 1));
      context.look();
      assertThat(context.given(1)).containsExactly(split(4, 2));
    }
  }

  /** The snapshot of a scan whose first reader got a split in another context. */
  private ScanProgress stopAfterOneSplit(Map<String, String> options) throws Exception {
    ScanContext stopped = new ScanContext(1);
    try (SplitEnumerator<FragmentSplit, ScanProgress> enumerator =
        start(stopped, options, ScanProgress.INITIAL)) {
      ask(enumerator, 0);
      stopped.look();
      assertThat(stopped.given(0)).hasSize(1);
      return enumerator.snapshotState(1);
    }
  }

  @Test
  void whatALostReaderHadGoesToTheNextThatAsksFirst() throws Exception {
    insert(3);
    FragmentSplit begun = new FragmentSplit(4, 0, 7);
    try (SplitEnumerator<FragmentSplit, ScanProgress> enumerator = start(SNAPSHOT)) {
      ask(enumerator, 0);
      context.look();
      ask(enumerator, 0);
      context.lose(0);
      enumerator.addSplitsBack(List.of(begun, split(4, 1)), 0);
      assertThat(given()).as("nobody asks").hasSize(2);
      ask(enumerator, 1);
      ask(enumerator, 1);
      ask(enumerator, 1);
      assertThat(context.given(1)).containsExactlyInAnyOrder(begun, split(4, 1), split(4, 2));
      assertThat(context.given(1)).last().as("after what was lost").isEqualTo(split(4, 2));
    }
  }

  @Test
  void aLostReaderThatAskedIsGivenNothing() throws Exception {
    try (SplitEnumerator<FragmentSplit, ScanProgress> enumerator = start(STREAMING)) {
      ask(enumerator, 0, 1);
      context.look();
      context.lose(0);
      insert(2);
      context.look();
      assertThat(context.given(0)).isEmpty();
      assertThat(context.given(1)).containsExactly(split(2, 0));
      assertThat(enumerator.snapshotState(1).pending()).containsExactly(split(3, 1));
    }
  }

  @Test
  void nothingIsGivenWhileACheckpointIsUnderWay() throws Exception {
    insert(1);
    try (SplitEnumerator<FragmentSplit, ScanProgress> enumerator = start(SNAPSHOT)) {
      assertThat(enumerator.snapshotState(7)).isEqualTo(ScanProgress.INITIAL);
      context.look();
      ask(enumerator, 0, 1);
      enumerator.notifyCheckpointComplete(7);
      assertThat(given()).as("no reader has gone on").isEmpty();
      enumerator.handleSourceEvent(1, new ReaderResumed(7));
      assertThat(context.given(1)).containsExactly(split(2, 0));
      assertThat(context.hasEnded(0)).as("it may have been stopped").isFalse();
      enumerator.handleSourceEvent(0, new ReaderResumed(7));
      assertThat(context.hasEnded(0)).isTrue();
      enumerator.snapshotState(8);
      ask(enumerator, 1);
      assertThat(context.hasEnded(1)).isFalse();
      enumerator.notifyCheckpointAborted(8);
      assertThat(context.hasEnded(1)).isTrue();
    }
  }

  /** The rows that a look finds are held in memory until they are read. */
  @Test
  void noLookIsTakenWhileManySplitsWait() throws Exception {
    List<FragmentSplit> many =
        IntStream.rangeClosed(0, ScanEnumerator.MAX_PENDING)
            .mapToObj(fragment -> split(1, fragment))
            .toList();
    insert(1);
    try (SplitEnumerator<FragmentSplit, ScanProgress> enumerator =
        start(STREAMING, new ScanProgress(1, many))) {
      ask(enumerator, 0);
      context.look();
      assertThat(enumerator.snapshotState(1).version()).isEqualTo(1);
      enumerator.notifyCheckpointAborted(1);
      ask(enumerator, 0);
      context.look();
      assertThat(enumerator.snapshotState(2).version()).isEqualTo(2);
    }
  }

  @Test
  void aSnapshotThatCannotBeFoundFailsAtOnce() throws Exception {
    try (SplitEnumerator<FragmentSplit, ScanProgress> enumerator =
        start(Map.of("scan.version", "9"))) {
      assertThatThrownBy(context::look).hasStackTraceContaining("Cannot find what to read of ");
    }
  }

  @Test
  void aStreamLooksAgainWhenALookFails() throws Exception {
    try (SplitEnumerator<FragmentSplit, ScanProgress> enumerator =
        start(Map.of("scan.mode", "streaming", "scan.version", "2"))) {
      for (int failure = 1; failure < ScanEnumerator.MAX_FAILURES; failure++) {
        assertThatCode(context::look).as("failure %s", failure).doesNotThrowAnyException();
      }
      insert(1);
      context.look();
      ask(enumerator, 0);
      assertThat(context.given(0)).as("it came in time").containsExactly(split(2, 0));
    }
  }

  @Test
  void aStreamFailsWhenManyLooksFailInARow() throws Exception {
    try (SplitEnumerator<FragmentSplit, ScanProgress> enumerator =
        start(Map.of("scan.mode", "streaming", "scan.version", "9"))) {
      for (int failure = 1; failure < ScanEnumerator.MAX_FAILURES; failure++) {
        context.look();
      }
      assertThatThrownBy(context::look).hasStackTraceContaining("Cannot find what to read of ");
    }
  }

  private List<FragmentSplit> given() {
    return IntStream.range(0, 2).boxed().flatMap(one -> context.given(one).stream()).toList();
  }

  private static FragmentSplit split(long version, int fragment) {
    return new FragmentSplit(version, fragment, 0);
  }

  private static void ask(SplitEnumerator<FragmentSplit, ScanProgress> enumerator, int... readers) {
    IntStream.of(readers).forEach(reader -> enumerator.handleSplitRequest(reader, "here"));
  }

  /** Makes versions of one more fragment each. */
  private void insert(int versions) {
    IntStream.range(0, versions).forEach(version -> table.append(new float[2 * ROWS], ROWS));
  }

  private SplitEnumerator<FragmentSplit, ScanProgress> start(Map<String, String> options) {
    return start(options, ScanProgress.INITIAL);
  }

  private SplitEnumerator<FragmentSplit, ScanProgress> start(
      Map<String, String> options, ScanProgress progress) {
    return start(context, options, progress);
  }

  private SplitEnumerator<FragmentSplit, ScanProgress> start(
      ScanContext context, Map<String, String> options, ScanProgress progress) {
    ScanSettings settings =
        new ScanSettings(
            DatasetLocation.of(directory.resolve("t").toString()),
            RowType.of(),
            List.of(),
            Long.MAX_VALUE,
            Configuration.fromMap(options));
    SplitEnumerator<FragmentSplit, ScanProgress> enumerator =
        new LanceSource(settings).restoreEnumerator(context, progress);
    enumerator.start();
    return enumerator;
  }
}
