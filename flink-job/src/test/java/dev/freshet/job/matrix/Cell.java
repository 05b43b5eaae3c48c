package dev.freshet.job.matrix;

import dev.freshet.job.lancedb.LanceDb;
import java.util.ArrayList;
import java.util.List;

/**
 * One table and what happens to it.
 *
 * @param maker who makes the table, and its index if Freshet takes that over
 * @param storage version of the format of its data files
 * @param stable whether row ids stay
 * @param writer who changes the table
 */
record Cell(
    LanceDb.Version maker,
    String storage,
    boolean stable,
    IndexKind index,
    Change change,
    LanceDb.Version writer) {

  private static final List<String> STORAGES = List.of("2.0", "2.1", "2.2");

  /** The whole cross product. The older LanceDB makes no table of 2.2. */
  static List<Cell> all() {
    List<Cell> cells = new ArrayList<>();
    for (LanceDb.Version maker : LanceDb.Version.values()) {
      for (String storage : STORAGES) {
        if (maker == LanceDb.Version.V39 || !storage.equals("2.2")) {
          addAll(maker, storage, cells);
        }
      }
    }
    return cells;
  }

  private static void addAll(LanceDb.Version maker, String storage, List<Cell> cells) {
    for (boolean stable : List.of(false, true)) {
      for (IndexKind index : IndexKind.values()) {
        for (Change change : Change.values()) {
          for (LanceDb.Version writer : LanceDb.Version.values()) {
            if (!change.drifts() || index.grows()) {
              cells.add(new Cell(maker, storage, stable, index, change, writer));
            }
          }
        }
      }
    }
  }

  /** What must come in some cell of the small matrix: values that go together. */
  List<List<?>> pairs() {
    boolean exact = index.answers() == IndexKind.Answers.EXACT;
    return List.of(
        List.of("storage and optimize", storage, index.taken(), change.optimizes(), writer),
        List.of("storage and index", storage, index.type()),
        List.of("row ids and change", stable, change),
        List.of("row ids, change and exactness", stable ? List.of(change, exact) : List.of()),
        List.of("index and row ids", index, stable),
        List.of("maker, storage and writer", maker, storage, writer));
  }

  @Override
  public String toString() {
    return String.join(
        " ",
        maker.number(),
        storage,
        stable ? "stable" : "address",
        index.name(),
        change.name(),
        writer.number());
  }
}
