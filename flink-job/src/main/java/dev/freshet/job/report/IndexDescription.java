package dev.freshet.job.report;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.IndexCatalog;
import dev.freshet.lance.manifest.IndexSummary;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.operators.train.ForeignSegments;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.format.UnsupportedSegmentException;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What kind an index is: read from the files of its largest segment, whoever built it. */
public record IndexDescription(String name, String column, IvfModel model) {

  /**
   * The vector index of that name; empty if there is none.
   *
   * @throws UnsupportedIndexException if it must be left alone
   * @throws DatasetException if it is of another kind
   */
  public static Optional<IndexDescription> find(
      DatasetHandle dataset, String name, IndexStorage storage) throws IOException {
    Optional<IndexSummary> summary = IndexCatalog.find(dataset, name);
    ManifestVersion manifest = ManifestReader.read(dataset, name);
    LogicalIndex index = manifest.index();
    Optional<CommittedSegment> largest =
        index.segments().stream()
            .max(Comparator.comparingLong(segment -> manifest.liveRows(segment.coverage())));
    if (summary.isEmpty() || largest.isEmpty()) {
      return Optional.empty();
    }
    if (summary.get().metric().isEmpty()) {
      throw noVectorIndex(dataset, summary.get());
    }
    Optional<UnsupportedSegmentException> refused = new ForeignSegments(storage).find(index);
    if (refused.isPresent()) {
      throw new UnsupportedIndexException(summary.get(), dataset.location().uri(), refused.get());
    }
    return Optional.of(
        new IndexDescription(
            name,
            summary.get().column(),
            SegmentReader.open(storage, largest.get().uuid()).model()));
  }

  /**
   * The vector index of that name.
   *
   * @throws DatasetException if there is none
   */
  public static IndexDescription of(DatasetHandle dataset, String name, IndexStorage storage)
      throws IOException {
    return find(dataset, name, storage).orElseThrow(() -> none(dataset, name));
  }

  /**
   * What the manifest says of the vector index of that name.
   *
   * @throws DatasetException if there is none
   */
  static IndexSummary summary(DatasetHandle dataset, String name) {
    IndexSummary summary = IndexCatalog.find(dataset, name).orElseThrow(() -> none(dataset, name));
    if (summary.metric().isEmpty()) {
      throw noVectorIndex(dataset, summary);
    }
    return summary;
  }

  private static DatasetException none(DatasetHandle dataset, String name) {
    return new DatasetException(
        "No index '" + name + "' in " + dataset.location() + ": it has " + vectorIndexes(dataset));
  }

  private static DatasetException noVectorIndex(DatasetHandle dataset, IndexSummary index) {
    return new DatasetException(
        "Index '"
            + index.name()
            + "' of "
            + dataset.location()
            + " is no vector index but a "
            + index.type());
  }

  /** Names of the vector indexes. */
  public static List<String> vectorIndexes(DatasetHandle dataset) {
    return IndexCatalog.list(dataset).stream()
        .filter(index -> index.metric().isPresent())
        .map(IndexSummary::name)
        .toList();
  }
}
