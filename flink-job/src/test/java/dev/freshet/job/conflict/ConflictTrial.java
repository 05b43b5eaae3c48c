package dev.freshet.job.conflict;

import dev.freshet.job.TestJob;
import dev.freshet.job.lancedb.LanceDb;
import dev.freshet.job.lancedb.LanceDbInstallation;
import dev.freshet.job.oracle.IndexOracle;
import dev.freshet.job.writer.LanceTable;
import dev.freshet.job.writer.LanceWriter;
import dev.freshet.job.writer.TableFormat;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.metrics.MetricNames;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.IndexType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.lance.Dataset;

/**
 * One stream over one table, and three appenders, a deleter, an updater, a rewriter, a compactor
 * and an optimizer beside it, each a thread that commits again and again with hardly a pause, and
 * the newest LanceDB where it can be installed. Then they stop, the stream catches up, and the
 * oracle judges the last version and some in the midst of it.
 */
final class ConflictTrial {

  /**
   * How a trial goes.
   *
   * @param slices of the time in which the others write; in each the stream must publish
   * @param slice least length of a slice; it is longer on a slow machine
   * @param judgedEvery one of so many commits of the stream is judged
   */
  record Settings(
      IndexType type, TableFormat format, int slices, Duration slice, int judgedEvery, long seed) {

    @Override
    public String toString() {
      return type + " in " + format + ", seed " + seed;
    }
  }

  private static final String INDEX = VectorTable.VECTOR + "_idx";
  private static final List<String> COMMITTER =
      List.of(
          MetricNames.COMMIT_ATTEMPTS,
          MetricNames.COMMIT_CONFLICTS,
          MetricNames.SEGMENTS_PUBLISHED,
          MetricNames.SEGMENTS_REPLANNED,
          MetricNames.SEGMENTS_ABANDONED,
          MetricNames.SEGMENTS_VERIFIED,
          MetricNames.VERIFICATIONS_FAILED,
          MetricNames.VERIFICATION_MILLIS,
          MetricNames.SEGMENTS_RECHECKED,
          MetricNames.SEGMENTS_WITHDRAWN,
          MetricNames.COMPACTIONS_COMMITTED);
  private static final int DIMENSION = 16;
  private static final int FIRST_ROWS = 2000;
  private static final int PARALLELISM = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration STEP = Duration.ofMillis(200);

  /** Damage that another writer did last may yet be found, and then the index is incomplete. */
  private static final int STEADY_STEPS = 25;

  private final Settings settings;
  private final ConflictReport report;
  private final Path table;
  private final Path checkpoints;
  private final IndexOracle oracle;
  private final SharedRows rows = new SharedRows(Rivals.APPENDERS);
  private final RivalLog rivals = new RivalLog();

  private ConflictTrial(Path directory, Settings settings, ConflictReport report) {
    this.settings = settings;
    this.report = report;
    this.table = directory.resolve("t.lance");
    this.checkpoints = directory.resolve("checkpoints");
    this.oracle =
        new IndexOracle(
            table,
            INDEX,
            VectorTable.ID,
            VectorTable.VECTOR,
            settings.type() == IndexType.IVF_FLAT
                ? IndexOracle.Codes.WHOLE
                : IndexOracle.Codes.PRODUCT,
            settings.seed());
  }

  /** Runs one trial in a directory of its own. */
  static void run(Path directory, Settings settings, ConflictReport report) throws Exception {
    new ConflictTrial(Files.createDirectories(directory), settings, report).run();
  }

  private void run() throws Exception {
    try (BufferAllocator allocator = new RootAllocator();
        CommitLog log = CommitLog.open()) {
      fill(allocator);
      Map<String, Long> counters;
      try (TestJob job = TestJob.start(stream(), checkpoints, PARALLELISM, 0)) {
        settle(job, 1);
        fire(job, allocator);
        settle(job, STEADY_STEPS);
        counters = ofCommitter(job);
      }
      CommitHistory history = CommitHistory.read(table, rivals);
      count(history, log, counters);
      judge(history);
    }
  }

  private void fill(BufferAllocator allocator) {
    new LanceWriter(allocator, settings.format()).create(table.toString(), DIMENSION);
    try (Dataset dataset = LanceTable.open(table, allocator)) {
      new TableChanges(allocator, settings.format(), rows, DIMENSION, settings.seed())
          .append(dataset, 0, FIRST_ROWS);
    }
  }

  private Configuration stream() {
    Configuration stream = new Configuration();
    stream.set(FreshetOptions.DATASET, table.toString());
    stream.set(FreshetOptions.COLUMN, VectorTable.VECTOR);
    stream.set(FreshetOptions.INDEX_TYPE, settings.type().name());
    stream.set(FreshetOptions.INDEX_PARTITIONS, 8);
    stream.set(FreshetOptions.FRESHNESS, Duration.ofMillis(200));
    stream.set(FreshetOptions.SHARD_SPILL, MemorySize.parse("64 kb"));
    stream.set(FreshetOptions.SEGMENTS_PER_TIER, 3);
    stream.set(FreshetOptions.COMPACTION_INTERVAL, Duration.ofSeconds(1));
    stream.set(FreshetOptions.COMPACTION_FRAGMENTS, 5);
    stream.set(FreshetOptions.COMPACTION_TARGET_ROWS, 1000L);
    stream.set(FreshetOptions.STALL_TIMEOUT, Duration.ofSeconds(30));
    return stream;
  }

  /** All write at once; in each slice of time the stream must publish something. */
  private void fire(TestJob job, BufferAllocator allocator) throws Exception {
    if (!LanceDbInstallation.isPossible()) {
      fire(job, allocator, Optional.empty());
      return;
    }
    try (LanceDb newest = LanceDb.start(LanceDbInstallation.install(), LanceDb.Version.V39)) {
      fire(job, allocator, Optional.of(newest));
    }
  }

  @SuppressWarnings("try") // the writers need nothing but to be stopped
  private void fire(TestJob job, BufferAllocator allocator, Optional<LanceDb> newest)
      throws Exception {
    try (Rivals writing =
        Rivals.start(
            table,
            INDEX,
            allocator,
            settings.format(),
            newest,
            rows,
            DIMENSION,
            rivals,
            settings.seed())) {
      for (int slice = 1; slice <= settings.slices(); slice++) {
        slice(job, slice);
      }
    }
  }

  private void slice(TestJob job, int slice) throws Exception {
    long before = job.count(MetricNames.SEGMENTS_PUBLISHED);
    long begun = System.nanoTime();
    long published = 0;
    while (System.nanoTime() < begun + settings.slice().toNanos() || published == 0) {
      if (job.status().isGloballyTerminalState()
          || System.nanoTime() > begun + PATIENCE.toNanos()) {
        throw new AssertionError(
            settings + ": nothing is published; last failure: " + job.failure());
      }
      Thread.sleep(STEP.toMillis());
      published = job.count(MetricNames.SEGMENTS_PUBLISHED) - before;
    }
    say(
        "%d published in slice %d of %.0f s; %d fragments uncovered, %d segments",
        published, slice, (System.nanoTime() - begun) / 1e9, oracle.uncovered(), oracle.segments());
  }

  private static Map<String, Long> ofCommitter(TestJob job) {
    Map<String, Long> counts = new LinkedHashMap<>();
    COMMITTER.forEach(name -> counts.put(name, job.count(name)));
    return counts;
  }

  /** Waits until the index is complete, stays so, and nothing is committed any more. */
  private void settle(TestJob job, int steadySteps) throws Exception {
    long begun = System.nanoTime();
    long version = 0;
    for (int steady = 0; steady < steadySteps; ) {
      if (job.status().isGloballyTerminalState()
          || System.nanoTime() > begun + PATIENCE.toNanos()) {
        throw new AssertionError(
            settings
                + ": "
                + oracle.uncovered()
                + " fragments are uncovered; last failure: "
                + job.failure());
      }
      Thread.sleep(STEP.toMillis());
      steady = oracle.uncovered() == 0 && oracle.version() == version ? steady + 1 : 0;
      version = oracle.version();
    }
    say("complete in %.1f s", (System.nanoTime() - begun) / 1e9);
  }

  private void count(CommitHistory history, CommitLog log, Map<String, Long> counters) {
    long conflicts = counters.get(MetricNames.COMMIT_CONFLICTS);
    int withdrawals = (int) conflicts - log.publishConflicts() - log.compactionConflicts();
    for (Author author : Author.values()) {
      List<CommitHistory.Commit> commits = history.of(author);
      int overtaken = (int) commits.stream().filter(history::wasOvertaken).count();
      int refused =
          switch (author) {
            case PUBLISHER -> log.publishConflicts();
            case MAINTAINER -> log.compactionConflicts();
            case RECHECKER -> withdrawals;
            default -> rivals.refusals(author);
          };
      report.add(author, new ConflictReport.Tally(commits.size(), overtaken, refused));
    }
    report.retried(log.mostConflicts());
    report.waited(history.mostBetweenPublishes());
    expect(counters, MetricNames.SEGMENTS_PUBLISHED, history.segments(Author.PUBLISHER));
    expect(counters, MetricNames.COMPACTIONS_COMMITTED, history.of(Author.MAINTAINER).size());
    expect(counters, MetricNames.SEGMENTS_WITHDRAWN, history.segments(Author.RECHECKER));
    report.addWrong(settings + ", other writers", rivals.failed());
    report.unable(rivals.timesUnable());
    if (rivals.timesUnable() > 0 && !settings.format().stableRowIds()) {
      report.addWrong(settings.toString(), List.of("optimizeIndices could not do its work"));
    }
    say("%s", counters);
  }

  /** What the job counts is what is in storage. */
  private void expect(Map<String, Long> counters, String metric, int stored) {
    long counted = counters.get(metric);
    if (counted != stored) {
      report.addWrong(
          settings.toString(),
          List.of(metric + " is " + counted + ", and there are " + stored + " in storage"));
    }
  }

  private void judge(CommitHistory history) throws IOException {
    long begun = System.nanoTime();
    report.addWrong(settings + ", in the end", oracle.judge(rows.expected()));
    new VersionJudge(oracle, history, report, settings.toString()).judge(settings.judgedEvery());
    say(
        "judged in %.1f s; %d conflicts so far, %d violations",
        (System.nanoTime() - begun) / 1e9, report.conflicts(), report.wrong().size());
  }

  private void say(String format, Object... arguments) {
    System.out.println(settings + ": " + String.format(Locale.ROOT, format, arguments));
  }
}
