package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.commit.FragmentAppender;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn.Element;
import dev.freshet.lance.write.WrittenFragments;
import dev.freshet.operators.TestOptions;
import dev.freshet.state.model.AppendToken;
import dev.freshet.state.model.SinkId;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Discovery in the job of a table's sink. */
class FollowedSinkTest {

  private static final long SEED = 53;
  private static final int MORE_LOOKS_THAN_FAILURES = FragmentEnumerator.MAX_FAILURES + 2;

  @TempDir Path directory;

  private final ManualEnumeratorContext context = new ManualEnumeratorContext();
  private final SinkId sink = SinkId.create();
  private TestDataset dataset;
  private SplitEnumerator<WorkSplit, DiscoveryState> enumerator;

  @BeforeEach
  void start() {
    dataset = TestDataset.create(directory.resolve("t"), Element.FLOAT32, 8, false);
    Configuration config = TestOptions.config(dataset.location().uri());
    config.set(FragmentSource.FOLLOWED_SINK, sink.toString());
    context.register(0);
    enumerator = new FragmentSource(config).createEnumerator(context);
    enumerator.start();
  }

  @AfterEach
  void stop() throws Exception {
    enumerator.close();
    dataset.close();
  }

  @Test
  void waitsForADatasetThatIsNotThereYet() {
    for (int look = 0; look < MORE_LOOKS_THAN_FAILURES; look++) {
      context.runNext();
    }
    dataset.append(vectors(600), 200);
    context.runNext();
    assertThat(context.assigned).isNotEmpty();
    assertThat(context.ended).isEmpty();
  }

  @Test
  void endsWhenTheSinkHasAndAllIsHandedOut() {
    dataset.append(vectors(600), 200);
    commit(sink, false);
    context.runNext();
    assertThat(context.assigned).isNotEmpty();
    assertThat(context.ended).as("more may come").isEmpty();
    dataset.append(vectors(600), 200);
    commit(sink, true);
    int before = context.assigned.size();
    context.runNext();
    assertThat(context.assigned).hasSizeGreaterThan(before);
    assertThat(context.ended).containsExactly(0);
  }

  @Test
  void endsThoughOthersCommittedSince() {
    dataset.append(vectors(600), 200);
    commit(sink, true);
    dataset.append(vectors(200), 200);
    commit(SinkId.create(), false);
    context.runNext();
    assertThat(context.ended).containsExactly(0);
  }

  @Test
  void doesNotEndWithAnotherSink() {
    dataset.append(vectors(600), 200);
    commit(SinkId.create(), true);
    context.runNext();
    context.runNext();
    assertThat(context.ended).isEmpty();
  }

  @Test
  void endsThoughTheRowsAreTooFewToTrain() {
    dataset.append(vectors(3), 200);
    commit(sink, true);
    context.runNext();
    assertThat(context.assigned).isEmpty();
    assertThat(context.ended).containsExactly(0);
  }

  private void commit(SinkId committer, boolean last) {
    AppendToken token = new AppendToken(committer, UUID.randomUUID(), 1, last);
    try (DatasetHandle handle = dataset.open()) {
      FragmentAppender.append(
          handle, dataset.files(), new WrittenFragments(List.of()), token.properties());
    }
  }

  private static TestVectors vectors(int rows) {
    return TestVectors.clustered(rows, 8, 4, SEED);
  }
}
