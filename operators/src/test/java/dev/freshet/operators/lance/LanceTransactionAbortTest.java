package dev.freshet.operators.lance;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lance's call for the transaction of a branch: why Freshet reads transactions itself. */
class LanceTransactionAbortTest {

  @TempDir Path directory;

  @Test
  void abortsTheProcess() throws Exception {
    AbortingProcess.assertAborts(Reading.class, directory);
  }

  /** The child: asks for the transaction that made a branch. */
  static final class Reading {

    private Reading() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
      TestVectors vectors = TestVectors.clustered(200, 8, 2, 1);
      try (TestDataset dataset = TestDataset.of(Path.of(arguments[0]), vectors, 100);
          DatasetHandle branch =
              dataset.datasets().open(new TestVersions(dataset).branch("experiment"))) {
        System.out.println(AbortingProcess.BEFORE);
        System.out.println(AbortingProcess.AFTER + branch.dataset().readTransaction());
      }
    }
  }
}
