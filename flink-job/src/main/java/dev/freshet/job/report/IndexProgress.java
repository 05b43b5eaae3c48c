package dev.freshet.job.report;

import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.ManifestVersion;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * How far an index has come, read from the latest manifest.
 *
 * @param segments uuids of the index's segments
 * @param lag how long ago the oldest uncovered fragment was committed; zero if all are covered
 */
public record IndexProgress(
    long version,
    long rows,
    long coveredRows,
    int fragments,
    int uncoveredFragments,
    List<UUID> segments,
    Duration lag) {

  public IndexProgress {
    segments = List.copyOf(segments);
  }

  /** Reads the latest version, and for the lag the one that brought the oldest open fragment. */
  public static IndexProgress of(DatasetVersions versions, String index) {
    return new IndexWatch(versions, index).look();
  }

  static IndexProgress of(ManifestVersion manifest, Duration lag) {
    return new IndexProgress(
        manifest.version(),
        manifest.liveRows(),
        manifest.liveRows(manifest.covered()),
        manifest.fragments().size(),
        manifest.uncovered().size(),
        manifest.index().segments().stream().map(CommittedSegment::uuid).toList(),
        lag);
  }

  /** The same, some time later. */
  IndexProgress after(Duration lag) {
    return new IndexProgress(
        version, rows, coveredRows, fragments, uncoveredFragments, segments, lag);
  }

  /** Whether every fragment is covered. */
  public boolean complete() {
    return uncoveredFragments == 0;
  }

  public long uncoveredRows() {
    return rows - coveredRows;
  }
}
