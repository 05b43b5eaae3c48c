package dev.freshet.job.report;

import dev.freshet.operators.lance.DatasetException;
import dev.freshet.operators.lance.DatasetHandle;
import dev.freshet.operators.lance.IndexCatalog;
import dev.freshet.operators.lance.IndexSummary;
import dev.freshet.operators.lance.ManifestReader;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What kind an index is: read from the files of its first segment, whoever built it. */
public record IndexDescription(String name, String column, IvfModel model) {

  /** The vector index of that name; empty if there is none. */
  public static Optional<IndexDescription> find(
      DatasetHandle dataset, String name, IndexStorage storage) throws IOException {
    Optional<IndexSummary> summary = findSummary(dataset, name);
    Optional<CommittedSegment> first =
        ManifestReader.read(dataset, name).index().segments().stream().findFirst();
    if (summary.isEmpty() || first.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new IndexDescription(
            name, summary.get().column(), SegmentReader.open(storage, first.get().uuid()).model()));
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
   * What the manifest tells of the vector index of that name, whatever its files are like.
   *
   * @throws DatasetException if there is none
   */
  static IndexSummary summary(DatasetHandle dataset, String name) {
    return findSummary(dataset, name).orElseThrow(() -> none(dataset, name));
  }

  private static Optional<IndexSummary> findSummary(DatasetHandle dataset, String name) {
    Optional<IndexSummary> summary = IndexCatalog.find(dataset, name);
    if (summary.isPresent() && summary.get().metric().isEmpty()) {
      throw new DatasetException(
          "Index '"
              + name
              + "' of "
              + dataset.location()
              + " is no vector index but a "
              + summary.get().type());
    }
    return summary;
  }

  private static DatasetException none(DatasetHandle dataset, String name) {
    return new DatasetException(
        "No index '" + name + "' in " + dataset.location() + ": it has " + vectorIndexes(dataset));
  }

  /** Names of the vector indexes. */
  public static List<String> vectorIndexes(DatasetHandle dataset) {
    return IndexCatalog.list(dataset).stream()
        .filter(index -> index.metric().isPresent())
        .map(IndexSummary::name)
        .toList();
  }
}
