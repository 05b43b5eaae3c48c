package dev.freshet.job.crash;

import dev.freshet.state.model.IndexType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Kills at every crash point, over tables of several shapes, one life after the other. */
public final class CrashTrial {

  private static final List<TableShape> SHAPES =
      List.of(
          TableShape.large(),
          TableShape.small(IndexType.IVF_RQ),
          TableShape.small(IndexType.IVF_FLAT),
          TableShape.small(IndexType.IVF_PQ),
          TableShape.drifting(),
          TableShape.small(IndexType.IVF_SQ));

  private CrashTrial() {}

  /**
   * Runs lives until there were so many kills.
   *
   * @param seed of the first life; the next ones count on
   */
  static KillReport run(Path directory, int kills, long seed) throws Exception {
    KillReport report = new KillReport();
    try (CrashCluster cluster = CrashCluster.start(directory)) {
      for (int life = 0; report.kills() < kills; life++) {
        TableShape shape = SHAPES.get(life % SHAPES.size());
        live(cluster, report, directory, shape, order(shape.points(), seed + life), seed + life);
        Trial.say("%d kills, %d violations so far", report.kills(), report.wrong().size());
      }
    }
    return report;
  }

  /** One life. */
  static void live(
      CrashCluster cluster,
      KillReport report,
      Path directory,
      TableShape shape,
      List<CrashPoint> points,
      long seed)
      throws Exception {
    try (CrashLife life = new CrashLife(cluster, report, directory, shape, seed)) {
      life.killAt(points);
      life.settle(points.get(points.size() - 1));
    }
  }

  /**
   * In any order, but training first; one alone where the model grows, as for an hour after a death
   * it stays as it is.
   */
  private static List<CrashPoint> order(List<CrashPoint> points, long seed) {
    List<CrashPoint> shuffled = new ArrayList<>(points);
    Collections.shuffle(shuffled, new Random(seed));
    if (Stimulus.of(shuffled.get(0)) == Stimulus.DRIFT) {
      return shuffled.subList(0, 1);
    }
    List<CrashPoint> first =
        shuffled.stream().filter(point -> Stimulus.of(point) == Stimulus.START).sorted().toList();
    shuffled.removeAll(first);
    shuffled.addAll(0, first);
    return shuffled;
  }

  /** {@code [kills] [seed]}; exit code 1 if anything is wrong. */
  public static void main(String[] arguments) throws Exception {
    int kills = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300;
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
    Path directory = Files.createTempDirectory("freshet-chaos-");
    Trial.say("%d kills from seed %d on; everything is in %s", kills, seed, directory);
    KillReport report = run(directory, kills, seed);
    System.out.println(report.table());
    report.wrong().forEach(one -> System.out.println("WRONG: " + one));
    System.exit(report.wrong().isEmpty() ? 0 : 1);
  }
}
