package dev.freshet.job.matrix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freshet.job.lancedb.LanceDbInstallation;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of both LanceDBs: few cells, in which all pairs of values that matter come. */
class LanceDbMatrixITCase {

  @TempDir Path directory;

  @Test
  void everyCellIsRight() throws Exception {
    assumeTrue(LanceDbInstallation.isPossible(), "npm and node on Linux with x86-64 are needed");
    try (Matrix matrix = Matrix.open(directory, "cells")) {
      matrix.run(CoveringCells.of(Cell.all()));
      matrix.assertRight();
    }
  }
}
