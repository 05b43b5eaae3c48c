package dev.freshet.job.matrix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freshet.job.lancedb.LanceDbInstallation;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole cross product; {@code -Dmatrix.cells=} is a pattern of those that are run. */
class LanceDbMatrix {

  @TempDir Path directory;

  @Test
  void everyCellIsRight() throws Exception {
    assumeTrue(LanceDbInstallation.isPossible(), "npm and node on Linux with x86-64 are needed");
    Pattern cells = Pattern.compile(System.getProperty("matrix.cells", ""));
    try (Matrix matrix = Matrix.open(directory, "whole")) {
      matrix.runNeighbours();
      matrix.run(
          Cell.all().stream().filter(cell -> cells.matcher(cell.toString()).find()).toList());
      matrix.assertRight();
    }
  }
}
