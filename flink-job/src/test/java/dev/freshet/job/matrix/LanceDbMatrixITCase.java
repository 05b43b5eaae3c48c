package dev.freshet.job.matrix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freshet.job.lancedb.LanceDb;
import dev.freshet.job.lancedb.LanceDbInstallation;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of both LanceDBs: few cells, in which all pairs of values that matter come. */
class LanceDbMatrixITCase {

  @TempDir Path directory;

  /** A model that grows is a matter of its own. */
  private static List<Cell> cells(Predicate<Cell> chosen) {
    return Cell.all().stream().filter(chosen).toList();
  }

  /** Those in which the model grows, gives way, and grows again. */
  private static boolean driftsInTheNewest(Cell cell) {
    return cell.change() == Change.GIVE_WAY_OPTIMIZE
        && cell.maker() == LanceDb.Version.V39
        && cell.storage().equals("2.1")
        && cell.index() == IndexKind.BUILT_PQ;
  }

  @Test
  void everyCellIsRight() throws Exception {
    assumeTrue(LanceDbInstallation.isPossible(), "npm and node on Linux with x86-64 are needed");
    try (Matrix matrix = Matrix.open(directory, "cells")) {
      matrix.run(CoveringCells.of(cells(cell -> !cell.change().drifts())));
      matrix.run(CoveringCells.of(cells(LanceDbMatrixITCase::driftsInTheNewest)));
      matrix.assertRight();
    }
  }
}
