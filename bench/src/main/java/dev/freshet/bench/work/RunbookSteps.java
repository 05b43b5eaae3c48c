package dev.freshet.bench.work;

import dev.freshet.bench.work.Runbook.Delete;
import dev.freshet.bench.work.Runbook.Insert;
import dev.freshet.bench.work.Runbook.Operation;
import java.util.ArrayList;
import java.util.List;

/**
 * A table that a runbook tells of, over points of our own: neighbouring points are of a few
 * clusters that others have not, and a point that comes again is the same vector. What stands
 * between two searches is a step. Holds all points.
 */
final class RunbookSteps implements DriftSteps {

  private static final long SEED = 1;
  private static final int BLOCKS = 40;
  private static final int CLUSTERS_PER_BLOCK = 10;

  /**
   * Points that are in the table.
   *
   * @param first number of the row of the first
   */
  private record Live(int start, int end, long first) {

    long number(int point) {
      return first + point - start;
    }
  }

  /** What happens between two searches. */
  private record Change(List<Insert> inserts, List<Numbers> deletes) {}

  private final int dimension;
  private final float[] points;
  private final List<Change> changes = new ArrayList<>();
  private final List<Live> live = new ArrayList<>();
  private long rows;
  private int next;

  /**
   * @throws IllegalArgumentException if points come that are there, or go that are not
   */
  RunbookSteps(Runbook runbook, int dimension) {
    this.dimension = dimension;
    this.points = points(runbook.points(), dimension);
    Change open = new Change(new ArrayList<>(), new ArrayList<>());
    long before = 0;
    for (Operation operation : runbook.operations()) {
      boolean first = changes.isEmpty() && !(operation instanceof Insert);
      if (first || operation instanceof Runbook.Search) {
        open = closed(open);
        before = rows;
      }
      if (operation instanceof Insert insert) {
        insert(insert);
        open.inserts().add(insert);
      } else if (operation instanceof Delete delete) {
        List<Numbers> gone = delete(delete);
        long inserted = before;
        if (gone.stream().anyMatch(numbers -> numbers.to() > inserted)) {
          open = closed(open);
          before = rows;
        }
        open.deletes().addAll(gone);
      }
    }
    closed(open);
  }

  private static float[] points(int count, int dimension) {
    MovingClusters clusters = new MovingClusters(CLUSTERS_PER_BLOCK, dimension, SEED);
    float[] all = new float[Math.multiplyExact(count, dimension)];
    int block = Math.max(1, (count + BLOCKS - 1) / BLOCKS);
    for (int point = 0; point < count; point += block) {
      float[] some = clusters.next(Math.min(block, count - point));
      System.arraycopy(some, 0, all, point * dimension, some.length);
      clusters.renew(CLUSTERS_PER_BLOCK);
    }
    return all;
  }

  /** Ends a step, if anything happens in it; another begins. */
  private Change closed(Change open) {
    if (open.inserts().isEmpty() && open.deletes().isEmpty()) {
      return open;
    }
    changes.add(open);
    return new Change(new ArrayList<>(), new ArrayList<>());
  }

  private void insert(Insert insert) {
    if (live.stream().anyMatch(one -> one.start() < insert.end() && insert.start() < one.end())) {
      throw new IllegalArgumentException("Points of " + insert + " are there already");
    }
    live.add(new Live(insert.start(), insert.end(), rows));
    rows += insert.end() - insert.start();
  }

  private List<Numbers> delete(Delete delete) {
    List<Numbers> gone = new ArrayList<>();
    int missing = delete.end() - delete.start();
    for (Live one : List.copyOf(live)) {
      int from = Math.max(one.start(), delete.start());
      int to = Math.min(one.end(), delete.end());
      if (from < to) {
        live.remove(one);
        gone.add(new Numbers(one.number(from), one.number(to)));
        missing -= to - from;
        if (one.start() < from) {
          live.add(new Live(one.start(), from, one.first()));
        }
        if (to < one.end()) {
          live.add(new Live(to, one.end(), one.number(to)));
        }
      }
    }
    if (missing > 0) {
      throw new IllegalArgumentException(missing + " points of " + delete + " are not there");
    }
    return gone;
  }

  @Override
  public boolean hasNext() {
    return next < changes.size();
  }

  @Override
  public Step next() {
    Change change = changes.get(next);
    int count = change.inserts().stream().mapToInt(one -> one.end() - one.start()).sum();
    float[] vectors = new float[count * dimension];
    int at = 0;
    for (Insert insert : change.inserts()) {
      int length = (insert.end() - insert.start()) * dimension;
      System.arraycopy(points, insert.start() * dimension, vectors, at, length);
      at += length;
    }
    return new Step(next++, vectors, change.deletes());
  }
}
