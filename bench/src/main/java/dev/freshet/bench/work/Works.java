package dev.freshet.bench.work;

import dev.freshet.bench.work.Work.Kind;
import dev.freshet.job.demo.DatasetChurn.Pace;
import dev.freshet.state.model.IndexType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Every work there is. */
public final class Works {

  private static final VectorData SIFT = new VectorData(4_000_000, 128, 500_000);
  private static final VectorData TEXT = new VectorData(400_000, 768, 100_000);
  private static final VectorData SMALL = new VectorData(1_000_000, 128, 100_000);

  private static final IndexShape PQ_128 =
      new IndexShape(IndexType.IVF_PQ, 256, OptionalInt.of(16));
  private static final IndexShape PQ_768 =
      new IndexShape(IndexType.IVF_PQ, 1024, OptionalInt.of(96));
  private static final IndexShape SQ = new IndexShape(IndexType.IVF_SQ, 256, OptionalInt.empty());
  private static final IndexShape FLAT =
      new IndexShape(IndexType.IVF_FLAT, 256, OptionalInt.empty());

  private static final DriftSize DRIFTING = new DriftSize(128, 60_000, 10_000, 20);
  private static final Pace HOUR = new Pace(1800, 100, Duration.ofSeconds(2));

  /** Name of a work that may have the file of another runbook behind it. */
  private static final String RUNBOOK = "drift-runbook";

  private static final String FILE = RUNBOOK + "=";

  private static final List<Work> ALL =
      List.of(
          new CommandWork("whole-100k", SIFT.scaled(1 / 40.0), PQ_128),
          new CommandWork("whole-1m", SMALL, PQ_128),
          new CommandWork("whole-4m", SIFT, PQ_128),
          new CommandWork("whole-768", TEXT, PQ_768),
          new BuildWork("pq-128", SIFT, PQ_128, true),
          new BuildWork("pq-768", TEXT, PQ_768, true),
          new BuildWork("pq-128-small", SIFT.scaled(0.1), PQ_128, true),
          new BuildWork("pq-768-small", TEXT.scaled(0.1), PQ_768, true),
          new BuildWork("sq-128", SIFT, SQ, true),
          new BuildWork("flat-128", SIFT, FLAT, true),
          new BuildWork("train-pq-128", SMALL, PQ_128, false),
          new AppendWork("append-1pct", SMALL, PQ_128),
          new QueryWork("query", SMALL, PQ_128),
          new InsertWork("sql-insert", SMALL, PQ_128),
          new SteadyAppendsWork("appends-hour", SMALL, PQ_128, HOUR),
          new DriftWork("drift-walk", new DriftPlan.Clusters(Drift.WALK, DRIFTING), PQ_128),
          new DriftWork("drift-topics", new DriftPlan.Clusters(Drift.TOPICS, DRIFTING), PQ_128),
          new DriftWork("drift-window", new DriftPlan.Clusters(Drift.WINDOW, DRIFTING), PQ_128),
          new DriftWork("drift-churn", new DriftPlan.Clusters(Drift.CHURN, DRIFTING), PQ_128),
          new DriftWork("drift-none", new DriftPlan.Clusters(Drift.NONE, DRIFTING), PQ_128),
          byRunbook(RUNBOOK, "runbook", Runbook.ours()));

  /** They take from a quarter of an hour to more than one. */
  private static final Set<Kind> LONG = EnumSet.of(Kind.STEADY, Kind.DRIFT);

  private Works() {}

  private static Work byRunbook(String name, String source, Runbook runbook) {
    return new DriftWork(
        name, new DriftPlan.ByRunbook(source, runbook, DRIFTING.dimension()), PQ_128);
  }

  private static Work byRunbook(String name, Path file) {
    try {
      return byRunbook(name, file.getFileName().toString(), Runbook.parse(Files.readString(file)));
    } catch (IOException e) {
      throw new IllegalArgumentException("The runbook cannot be read: " + e.getMessage(), e);
    }
  }

  public static List<Work> all() {
    return ALL;
  }

  /** Those of a usual run: all but what takes long. */
  public static List<Work> usual() {
    return ALL.stream().filter(work -> !LONG.contains(work.kind())).toList();
  }

  /**
   * The work of that name; {@code drift-runbook=FILE} is by a runbook of one's own.
   *
   * @throws IllegalArgumentException if there is none, or the file is no runbook
   */
  public static Work named(String name) {
    if (name.startsWith(FILE)) {
      return byRunbook(name, Path.of(name.substring(FILE.length())));
    }
    return ALL.stream()
        .filter(work -> work.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no work "
                        + name
                        + ", but "
                        + ALL.stream().map(Work::name).collect(Collectors.joining(", "))));
  }
}
