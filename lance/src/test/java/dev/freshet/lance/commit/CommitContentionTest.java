package dev.freshet.lance.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CommitOutcome.Committed;
import dev.freshet.state.model.CommitOutcome.Conflict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many writers commit at once, none of which has anything against the others. */
class CommitContentionTest {

  private static final long SEED = 29;
  private static final int WRITERS = 8;
  private static final int COMMITS = 25;
  private static final String INDEX = "vector_idx";

  @TempDir Path directory;

  /** Lance gives up soon, rather than to sleep longer and longer; that is a conflict, no error. */
  @Test
  void whoLosesTooOftenIsToldSoon() throws Exception {
    TestVectors vectors = TestVectors.clustered(100, 8, 4, SEED);
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 100)) {
      List<Future<List<CommitOutcome>>> running = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        running.add(writers.submit(() -> commitOften(dataset)));
      }
      List<CommitOutcome> outcomes = new ArrayList<>();
      for (Future<List<CommitOutcome>> writer : running) {
        outcomes.addAll(writer.get());
      }
      long committed = outcomes.stream().filter(Committed.class::isInstance).count();
      try (DatasetHandle latest = dataset.open()) {
        assertThat(latest.version()).as("versions, seed %d", SEED).isEqualTo(1 + committed);
      }
      assertThat(outcomes)
          .filteredOn(Conflict.class::isInstance)
          .as("conflicts, seed %d", SEED)
          .isNotEmpty()
          .allSatisfy(
              outcome ->
                  assertThat(((Conflict) outcome).reason())
                      .contains("Failed to commit the transaction after 3 retries"));
    } finally {
      writers.shutdownNow();
    }
  }

  private static List<CommitOutcome> commitOften(TestDataset dataset) {
    SegmentPublisher publisher = TestSegments.publisher(dataset);
    List<CommitOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < COMMITS; i++) {
      try (DatasetHandle handle = dataset.open()) {
        outcomes.add(publisher.withdraw(handle, INDEX, Set.of()));
      }
    }
    return outcomes;
  }
}
