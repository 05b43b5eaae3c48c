package dev.freshet.job.matrix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freshet.job.lancedb.LanceDbInstallation;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tables of LanceDB have beside Freshet's index is kept, or refused. */
class LanceDbNeighboursITCase {

  @TempDir Path directory;

  @Test
  void everyNeighbourIsKeptOrRefused() throws Exception {
    assumeTrue(LanceDbInstallation.isPossible(), "npm and node on Linux with x86-64 are needed");
    try (Matrix matrix = Matrix.open(directory, "neighbours")) {
      matrix.runNeighbours();
      matrix.assertRight();
    }
  }
}
