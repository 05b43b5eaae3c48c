package dev.freshet.job.matrix;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Few cells in which all pairs come that come in any: each time the one that brings most. */
final class CoveringCells {

  /** Of the order among cells that bring as much, so that these are of all kinds. */
  private static final long SEED = 15;

  private CoveringCells() {}

  static List<Cell> of(List<Cell> cells) {
    List<Cell> all = new ArrayList<>(cells);
    Collections.shuffle(all, new Random(SEED));
    Set<List<?>> open = new HashSet<>();
    all.forEach(cell -> open.addAll(cell.pairs()));
    List<Cell> chosen = new ArrayList<>();
    while (!open.isEmpty()) {
      Cell best = all.get(0);
      long most = 0;
      for (Cell cell : all) {
        long brings = cell.pairs().stream().filter(open::contains).count();
        if (brings > most) {
          best = cell;
          most = brings;
        }
      }
      chosen.add(best);
      best.pairs().forEach(open::remove);
    }
    return chosen;
  }
}
