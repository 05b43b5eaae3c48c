package dev.freshet.job.crash;

import dev.freshet.job.oracle.IndexOracle;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.state.model.IndexType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The life of one stream over one table: a process dies at one crash point after the other while
 * other writers go on, and after each death the oracle looks at what is in storage.
 */
final class CrashLife implements AutoCloseable {

  private static final Duration REACHED_WITHIN = Duration.ofSeconds(90);
  private static final Duration SETTLED_WITHIN = Duration.ofMinutes(5);
  private static final Duration DEAD_WITHIN = Duration.ofSeconds(10);
  private static final Duration STEP = Duration.ofMillis(200);

  /** A compaction may withdraw segments, and then the index is incomplete again. */
  private static final int STEADY_STEPS = 25;

  private static final int MAX_CALLS = 3;
  private static final int LONGEST_DELAY_NANOS = 8_000_000;
  private static final int FRAGMENTS_IN_WAIT = 40;

  /** Longer than a job of this trial holds what it has not published. */
  private static final Duration GRACE = Duration.ofSeconds(100);

  private final CrashCluster cluster;
  private final KillReport report;
  private final SplittableRandom random;
  private final String name;
  private final Path table;
  private final Churn churn;
  private final IndexOracle oracle;
  private final List<String> arguments;
  private String job;
  private int orders;

  /** Creates the table and submits the stream. */
  CrashLife(CrashCluster cluster, KillReport report, Path directory, TableShape shape, long seed)
      throws Exception {
    this.cluster = cluster;
    this.report = report;
    this.random = new SplittableRandom(seed);
    this.name = "seed " + seed + " " + shape.type();
    this.table = directory.resolve("table-" + seed);
    this.churn = Churn.create(table, shape, seed, Optional.empty());
    this.oracle =
        new IndexOracle(
            table, TableShape.INDEX, VectorTable.ID, TableShape.COLUMN, codes(shape.type()), seed);
    this.arguments = shape.arguments(table);
    Files.deleteIfExists(cluster.members().orderFile());
  }

  private static IndexOracle.Codes codes(IndexType type) {
    return switch (type) {
      case IVF_FLAT -> IndexOracle.Codes.WHOLE;
      case IVF_PQ -> IndexOracle.Codes.PRODUCT;
      default -> IndexOracle.Codes.OTHER;
    };
  }

  /** Submits the stream; an order may be given before. */
  void start() throws Exception {
    job = cluster.submit(arguments);
  }

  /** Lets a process die at each of the points. */
  void killAt(List<CrashPoint> points) throws Exception {
    for (CrashPoint point : points) {
      long begun = System.nanoTime();
      CrashOrder order = order(point);
      order.writeTo(cluster.members().orderFile());
      if (job == null) {
        start();
      }
      boolean killed = awaitDeath(point);
      List<String> wrong = oracle.look();
      if (!wrong.isEmpty()) {
        report.violated(point, name, wrong);
      }
      Trial.say(
          "%s %s %s in %.1f s%s",
          name,
          killed ? "died at" : "never reached",
          order.point() + " call " + order.call(),
          (System.nanoTime() - begun) / 1e9,
          wrong.isEmpty() ? "" : ": WRONG " + wrong);
    }
  }

  private CrashOrder order(CrashPoint point) {
    boolean often = point.edge() != CrashPoint.Edge.DURING && !Stimulus.of(point).isRare();
    int call = often ? 1 + random.nextInt(MAX_CALLS) : 1;
    long delay =
        point.edge() == CrashPoint.Edge.DURING ? 1 + random.nextInt(LONGEST_DELAY_NANOS) : 0;
    return new CrashOrder(point, call, Duration.ofNanos(delay), orders++);
  }

  private boolean awaitDeath(CrashPoint point) throws Exception {
    Stimulus stimulus = Stimulus.of(point);
    long deadline = System.nanoTime() + REACHED_WITHIN.toNanos();
    for (int step = 0; System.nanoTime() < deadline; step++) {
      if (!Files.exists(cluster.members().orderFile())) {
        takeVictim(point);
        return true;
      }
      reportOtherDeaths(point);
      stimulate(stimulus, step);
      Thread.sleep(STEP.toMillis());
    }
    Files.deleteIfExists(cluster.members().orderFile());
    cluster.dumpThreads(name.replace(' ', '-') + "-" + point);
    report.missed(point);
    return false;
  }

  /** What makes the point be reached: changes of the table, and what an operator asks for. */
  private void stimulate(Stimulus stimulus, int step) throws Exception {
    if (oracle.uncovered() < FRAGMENTS_IN_WAIT) {
      if (stimulus == Stimulus.FILL && step % 20 == 0) {
        churn.fill();
      } else if (stimulus == Stimulus.DRIFT && step % 10 == 0) {
        churn.drift();
      } else {
        churn.step();
      }
    }
    if (step % 10 != 5) {
      return;
    }
    try {
      if (stimulus == Stimulus.SAVEPOINT) {
        cluster.rest().savepoint(job);
      } else if (stimulus == Stimulus.STOP) {
        cluster.rest().stop(job);
      } else if (stimulus == Stimulus.COMPACT) {
        churn.compact();
      } else if (stimulus == Stimulus.COLLECT) {
        cluster.members().collectGarbage(table, GRACE);
      }
    } catch (IOException e) {
      Trial.say("%s not asked: %s", stimulus, e.getMessage());
    }
  }

  private void takeVictim(CrashPoint point) throws Exception {
    long deadline = System.nanoTime() + DEAD_WITHIN.toNanos();
    Optional<Member> dead = cluster.members().takeDead();
    while (dead.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(10);
      dead = cluster.members().takeDead();
    }
    cluster.members().replaceMissing();
    if (dead.isEmpty()) {
      report.violated(point, name, List.of("nobody died, but the order was taken"));
      return;
    }
    check(point, dead.get());
    report.killed(point);
  }

  /** A process that dies without an order, by the native side or by itself, is a defect. */
  private void reportOtherDeaths(CrashPoint point) throws IOException {
    Optional<Member> dead = cluster.members().takeDead();
    if (dead.isPresent()) {
      cluster.members().replaceMissing();
      check(point, dead.get());
    }
  }

  private void check(CrashPoint point, Member dead) {
    if (dead.failed()) {
      report.violated(point, name, List.of("a process ended by itself: " + dead));
    }
  }

  /** Waits until the index is complete, and has the oracle judge everything. */
  void settle(CrashPoint last) throws Exception {
    long begun = System.nanoTime();
    long deadline = begun + SETTLED_WITHIN.toNanos();
    int steady = 0;
    while (steady < STEADY_STEPS && System.nanoTime() < deadline) {
      steady = oracle.uncovered() == 0 ? steady + 1 : 0;
      reportOtherDeaths(last);
      Thread.sleep(STEP.toMillis());
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    List<String> failures = failures();
    cluster.cancel(job);
    List<String> wrong = oracle.judge(churn.expected());
    report.violated(last, name, wrong);
    Trial.say(
        "%s settled in %.1f s with %d segments, %d orphans: %s; last failures %s",
        name,
        seconds,
        oracle.segments(),
        oracle.orphans(),
        wrong.isEmpty() ? "right" : "WRONG " + wrong,
        failures);
  }

  /** Of the job, as long as anybody knows. */
  private List<String> failures() throws InterruptedException {
    try {
      return cluster.rest().failures(job);
    } catch (IOException e) {
      return List.of("unknown: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    churn.close();
  }
}
