package dev.freshet.job.crash;

import dev.freshet.job.lancedb.LanceDb;
import dev.freshet.job.oracle.IndexOracle;
import dev.freshet.job.report.IndexVerification;
import dev.freshet.job.writer.TableFormat;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.read.VectorSearch;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.IndexType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.flink.configuration.Configuration;

/**
 * A stream that runs for long while something happens to it all the time; at the end, and now and
 * then, the index must be right.
 */
final class Soak {

  private static final int SHORTEST_SECONDS = 10;
  private static final int LONGEST_SECONDS = 30;
  private static final Duration APPEND_EVERY = Duration.ofSeconds(2);
  private static final Duration LOOK_EVERY = Duration.ofMinutes(1);
  private static final Duration TIDY_EVERY = Duration.ofSeconds(90);

  /** Of versions; longer than the time between two looks. */
  private static final Duration RETENTION = Duration.ofMinutes(4);

  /** Longer than the job holds what it has not published. */
  private static final Duration GRACE = Duration.ofMinutes(4);

  /** What other writers do to the index is mended in so long, though processes are killed. */
  private static final Duration MENDED_WITHIN = Duration.ofMinutes(2);

  private static final Duration PRINT_EVERY = Duration.ofMinutes(1);
  private static final Duration SETTLED_WITHIN = Duration.ofMinutes(10);
  private static final long ARROW_BYTES = 1L << 30;

  private final Path table;
  private final CrashCluster cluster;
  private final Churn churn;
  private final IndexOracle oracle;
  private final SplittableRandom random;
  private final StreamOptions options;
  private final Footprint footprint;
  private final List<String> wrong = new ArrayList<>();
  private final FaultCounts faults = new FaultCounts();

  private Soak(
      Path directory, CrashCluster cluster, TableShape shape, long seed, Optional<LanceDb> newest)
      throws IOException {
    this.table = directory.resolve("t.lance");
    this.cluster = cluster;
    this.churn = Churn.create(table, shape, seed, newest);
    this.oracle =
        new IndexOracle(
            table,
            TableShape.INDEX,
            VectorTable.ID,
            TableShape.COLUMN,
            IndexOracle.Codes.WHOLE,
            seed);
    this.random = new SplittableRandom(seed);
    Configuration stream = new Configuration();
    stream.set(FreshetOptions.DATASET, table.toString());
    stream.set(FreshetOptions.COLUMN, TableShape.COLUMN);
    this.options = StreamOptions.from(stream);
    this.footprint = new Footprint(table, cluster);
  }

  /**
   * Runs for so long.
   *
   * @param format how the table is stored
   * @param newest optimizes the table now and then, where it can be installed
   * @return what is wrong, a line each
   */
  static List<String> run(
      Path directory, Duration length, TableFormat format, long seed, Optional<LanceDb> newest)
      throws Exception {
    TableShape shape = TableShape.small(IndexType.IVF_FLAT, format);
    try (CrashCluster cluster = CrashCluster.start(directory)) {
      Soak soak = new Soak(directory, cluster, shape, seed, newest);
      String job = cluster.submit(shape.arguments(soak.table));
      try (soak.churn) {
        soak.live(length);
        soak.settle(job);
        soak.judge();
      }
      return soak.wrong;
    }
  }

  private void live(Duration length) throws Exception {
    long end = System.nanoTime() + length.toNanos();
    Pace append = Pace.every(APPEND_EVERY);
    Pace print = Pace.every(PRINT_EVERY);
    Pace look = Pace.every(LOOK_EVERY);
    Pace tidy = Pace.every(TIDY_EVERY);
    Pace fault = Pace.every(Duration.ofSeconds(SHORTEST_SECONDS));
    while (System.nanoTime() < end) {
      if (append.isDue()) {
        churn.append();
      }
      if (fault.isDue()) {
        fault();
        int seconds = random.nextInt(SHORTEST_SECONDS, LONGEST_SECONDS + 1);
        fault = Pace.every(Duration.ofSeconds(seconds));
      }
      if (look.isDue()) {
        look();
      }
      if (tidy.isDue()) {
        churn.forgetVersions(RETENTION);
        cluster.members().collectGarbage(table, GRACE);
      }
      if (print.isDue()) {
        Trial.say("%s; %s", footprint.line(oracle), faults);
      }
      replaceDead();
      Thread.sleep(100);
    }
  }

  /**
   * Looks at the versions since the last look, and at the rows. What another writer has changed may
   * be wrong until the stream has caught up with it; nobody writes meanwhile.
   */
  private void look() throws Exception {
    found(oracle.lookAtVersions());
    long begun = System.nanoTime();
    List<String> rows = oracle.lookAtRows();
    List<String> first = rows;
    while (!rows.isEmpty() && System.nanoTime() < begun + MENDED_WITHIN.toNanos()) {
      replaceDead();
      Thread.sleep(500);
      rows = oracle.lookAtRows();
    }
    if (!first.isEmpty()) {
      Trial.say("%s, for %.1f s", first, (System.nanoTime() - begun) / 1e9);
    }
    found(rows);
  }

  private void fault() throws Exception {
    Fault fault = Fault.draw(random);
    fault.strike(cluster, churn);
    faults.add(fault);
  }

  private void replaceDead() throws IOException {
    for (var dead = cluster.members().takeDead();
        dead.isPresent();
        dead = cluster.members().takeDead()) {
      if (dead.get().failed()) {
        found(List.of("a process ended by itself: " + dead.get()));
      }
    }
    cluster.members().replaceMissing();
  }

  private void found(List<String> more) {
    more.forEach(one -> Trial.say("WRONG: %s", one));
    wrong.addAll(more);
  }

  private void settle(String job) throws Exception {
    long begun = System.nanoTime();
    while (oracle.uncovered() > 0 && System.nanoTime() < begun + SETTLED_WITHIN.toNanos()) {
      replaceDead();
      Thread.sleep(500);
    }
    Trial.say("settled in %.1f s", (System.nanoTime() - begun) / 1e9);
    cluster.cancel(job);
  }

  private void judge() throws IOException {
    found(oracle.judge(churn.expected()));
    try (DatasetVersions versions = new DatasetVersions(options.location(), ARROW_BYTES)) {
      IndexVerification.Report report =
          new IndexVerification(versions, options.indexStorage())
              .verify(TableShape.INDEX, 50, new VectorSearch.Effort(8, 1));
      found(report.violations());
      Trial.say("verify: %s", report);
    }
    Trial.say("%s; %s", footprint.line(oracle), faults);
    Trial.say("%s", footprint.most());
  }
}
