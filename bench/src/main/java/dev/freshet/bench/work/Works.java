package dev.freshet.bench.work;

import dev.freshet.bench.work.Work.Kind;
import dev.freshet.job.demo.DatasetChurn.Pace;
import dev.freshet.state.model.IndexType;
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
          new DriftWork("drift-walk", Drift.WALK, DRIFTING, PQ_128),
          new DriftWork("drift-topics", Drift.TOPICS, DRIFTING, PQ_128),
          new DriftWork("drift-window", Drift.WINDOW, DRIFTING, PQ_128),
          new DriftWork("drift-churn", Drift.CHURN, DRIFTING, PQ_128),
          new DriftWork("drift-none", Drift.NONE, DRIFTING, PQ_128));

  /** They take from a quarter of an hour to more than one. */
  private static final Set<Kind> LONG = EnumSet.of(Kind.STEADY, Kind.DRIFT);

  private Works() {}

  public static List<Work> all() {
    return ALL;
  }

  /** Those of a usual run: all but what takes long. */
  public static List<Work> usual() {
    return ALL.stream().filter(work -> !LONG.contains(work.kind())).toList();
  }

  /**
   * The work of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Work named(String name) {
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
