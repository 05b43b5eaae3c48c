package dev.freshet.job.crash;

import dev.freshet.job.writer.TableFormat;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.state.model.IndexType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table and its index, and the crash points that only such a one reaches.
 *
 * @param fillRows rows of the first append
 * @param appendRows the most rows of a later one
 */
record TableShape(IndexType type, TableFormat format, int dimension, int fillRows, int appendRows) {

  static final String COLUMN = VectorTable.VECTOR;
  static final String INDEX = COLUMN + "_idx";

  /** Dimension of the table that drifts. */
  private static final int DRIFTING = 32;

  private static final Set<CrashPoint> OF_SPILLS = EnumSet.of(CrashPoint.SPILL, CrashPoint.SPILLED);
  private static final Set<CrashPoint> OF_LANCE =
      EnumSet.of(
          CrashPoint.LANCE_BUILDING,
          CrashPoint.LANCE_BUILT,
          CrashPoint.WITHDRAW,
          CrashPoint.WITHDRAWN);
  private static final Set<CrashPoint> OF_DRIFT =
      Arrays.stream(CrashPoint.values())
          .filter(point -> Stimulus.of(point) == Stimulus.DRIFT)
          .collect(Collectors.toCollection(() -> EnumSet.noneOf(CrashPoint.class)));
  private static final Set<CrashPoint> WITH_LANCE =
      EnumSet.of(CrashPoint.MODEL_WRITTEN, CrashPoint.REWRITTEN, CrashPoint.LANDED);

  /** Small rows and fragments: nearly everything happens all the time. */
  static TableShape small(IndexType type) {
    return small(type, TableFormat.PLAIN);
  }

  static TableShape small(IndexType type, TableFormat format) {
    return new TableShape(type, format, 16, 2000, 120);
  }

  /** Shards of two tasks, whose parts are spilled. */
  static TableShape large() {
    return new TableShape(IndexType.IVF_FLAT, TableFormat.PLAIN, 2048, 5000, 50);
  }

  /** Rows of ever other clusters. */
  static TableShape drifting() {
    return new TableShape(IndexType.IVF_PQ, TableFormat.PLAIN, DRIFTING, 2000, 120);
  }

  private boolean drifts() {
    return dimension == DRIFTING;
  }

  private boolean spills() {
    return dimension > 1000;
  }

  /** The points at which processes die over such a table. */
  List<CrashPoint> points() {
    Set<CrashPoint> points = EnumSet.allOf(CrashPoint.class);
    points.removeAll(OF_SPILLS);
    points.removeAll(OF_LANCE);
    points.removeAll(OF_DRIFT);
    if (type.builder() == IndexType.Builder.LANCE) {
      points = EnumSet.copyOf(OF_LANCE);
      points.addAll(WITH_LANCE);
    } else if (drifts()) {
      points = EnumSet.copyOf(OF_DRIFT);
    } else if (spills()) {
      points = EnumSet.copyOf(OF_SPILLS);
      points.addAll(EnumSet.of(CrashPoint.PART, CrashPoint.KEYED_SNAPSHOT, CrashPoint.SEALED));
    }
    return List.copyOf(points);
  }

  /** Arguments of the stream: it publishes, merges and compacts as often as it can. */
  List<String> arguments(Path table) {
    return List.of(
        "--dataset", table.toString(),
        "--vector.column", COLUMN,
        "--index.type", type.name(),
        "--index.partitions", "8",
        "--freshness", "1 s",
        "--shard.spill", spills() ? "1 mb" : "64 kb",
        "--segment.per-tier", "3",
        "--compaction.interval", "1 s",
        "--compaction.small-fragments", "5",
        "--compaction.target-rows", Integer.toString(8 * appendRows),
        "--stall-timeout", "30 s");
  }
}
