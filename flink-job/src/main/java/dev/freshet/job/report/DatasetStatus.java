package dev.freshet.job.report;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.FragmentHistory;
import dev.freshet.lance.manifest.IndexCatalog;
import dev.freshet.lance.manifest.IndexSummary;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.manifest.StoredVersions;
import dev.freshet.lance.manifest.WritePath;
import dev.freshet.operators.garbage.GarbageCollector;
import dev.freshet.operators.garbage.GarbageSummary;
import dev.freshet.operators.quarantine.DeadLetter;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.train.ModelErrors;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.training.ModelSizing;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A dataset and those of its indexes that Freshet keeps fresh, at the latest version.
 *
 * @param unmergedRows rows that the table's write path holds and nobody has merged yet
 * @param garbage what a garbage collection would remove; empty if that takes reading more than
 *     {@value #MAX_VERSIONS} versions
 */
public record DatasetStatus(
    String dataset,
    long version,
    long rows,
    int fragments,
    long unmergedRows,
    List<Index> indexes,
    List<GarbageSummary> garbage) {

  static final int MAX_VERSIONS = 1000;

  /**
   * One index.
   *
   * @param metric empty if it has no vectors
   * @param model id of its model; empty if it has none, or the index is left alone
   * @param partitions of its model; 0 if it has none, or the index is left alone
   * @param codeError how far the newest rows are from their codes, relative to the rows that the
   *     model was trained on; 0 if that is not known
   * @param suggestedPartitions what a model that is trained on the dataset now would get; 0 if it
   *     has no vectors
   * @param leftAlone why Freshet leaves the index alone; empty if it does not
   * @param lagSeconds age of the oldest uncovered fragment; 0 if all are covered
   * @param problems why the model cannot be read, if so
   */
  public record Index(
      String name,
      String column,
      String type,
      String metric,
      String model,
      int partitions,
      double codeError,
      int suggestedPartitions,
      String leftAlone,
      List<Segment> segments,
      long coveredRows,
      long uncoveredRows,
      int uncoveredFragments,
      double lagSeconds,
      List<SetAside> deadLetters,
      List<String> problems) {}

  /**
   * A fragment that is left out, so its rows are found by brute force or not at all.
   *
   * @param since when it was last tried, ISO 8601
   */
  public record SetAside(int fragment, String since, String reason) {}

  /**
   * One segment.
   *
   * @param rows live rows of the fragments it covers
   */
  public record Segment(String uuid, List<Integer> fragments, long rows) {}

  public static DatasetStatus of(DatasetVersions versions, IndexStorage storage, DatasetFiles files)
      throws IOException {
    try (DatasetHandle dataset = versions.latest()) {
      List<Index> indexes = new ArrayList<>();
      for (IndexSummary index : IndexCatalog.list(dataset)) {
        if (index.isKept()) {
          indexes.add(
              index(
                  dataset,
                  Kind.of(dataset, index, storage, files),
                  new DeadLetters(files, index.name()).list()));
        }
      }
      ManifestVersion manifest = ManifestReader.read(dataset, "");
      return new DatasetStatus(
          dataset.location().uri(),
          manifest.version(),
          manifest.liveRows(),
          manifest.fragments().size(),
          WritePath.unmergedRows(dataset, files),
          indexes,
          garbage(versions, storage, files));
    }
  }

  private static List<GarbageSummary> garbage(
      DatasetVersions versions, IndexStorage storage, DatasetFiles files) throws IOException {
    if (StoredVersions.list(files).size() > MAX_VERSIONS) {
      return List.of();
    }
    GarbageCollector collector =
        new GarbageCollector(versions, files, storage, GarbagePolicy.DEFAULT, Optional.empty());
    return GarbageSummary.of(collector.find(Instant.now()));
  }

  /** What kind an index is, also one whose files are not looked into. */
  private record Kind(
      String name,
      String column,
      String type,
      String metric,
      String model,
      int partitions,
      double codeError,
      String leftAlone,
      List<String> problems) {

    static Kind of(
        DatasetHandle dataset, IndexSummary summary, IndexStorage storage, DatasetFiles files)
        throws IOException {
      if (summary.metric().isEmpty()) {
        return unread(summary, "", List.of());
      }
      try {
        IndexDescription index = IndexDescription.of(dataset, summary.name(), storage);
        IvfModel model = index.model();
        return new Kind(
            index.name(),
            index.column(),
            model.type().name(),
            model.metric().lanceName(),
            model.id(),
            model.partitions(),
            NewestRows.error(
                    dataset,
                    index.column(),
                    ManifestReader.read(dataset, index.name()),
                    storage,
                    new ModelErrors(files))
                .orElse(0),
            "",
            List.of());
      } catch (UnsupportedIndexException e) {
        return unread(e.index(), e.reason(), List.of());
      } catch (CorruptSegmentException | FileNotFoundException e) {
        return unread(summary, "", List.of(e.getMessage()));
      }
    }

    private static Kind unread(IndexSummary index, String leftAlone, List<String> problems) {
      String metric = index.metric().map(Metric::lanceName).orElse("");
      return new Kind(
          index.name(), index.column(), index.type(), metric, "", 0, 0, leftAlone, problems);
    }
  }

  private static Index index(DatasetHandle dataset, Kind kind, List<DeadLetter> letters) {
    ManifestVersion manifest = ManifestReader.read(dataset, kind.name());
    return new Index(
        kind.name(),
        kind.column(),
        kind.type(),
        kind.metric(),
        kind.model(),
        kind.partitions(),
        kind.codeError(),
        kind.metric().isEmpty() ? 0 : ModelSizing.partitions(manifest.liveRows()),
        kind.leftAlone(),
        manifest.index().segments().stream()
            .map(
                segment ->
                    new Segment(
                        segment.uuid().toString(),
                        segment.coverage().toList(),
                        manifest.liveRows(segment.coverage())))
            .toList(),
        manifest.liveRows(manifest.covered()),
        manifest.liveRows(manifest.uncovered()),
        manifest.uncovered().size(),
        lag(dataset, manifest).toMillis() / 1000.0,
        setAside(manifest, letters),
        kind.problems());
  }

  /** Letters of fragments that are as they were, and still uncovered. */
  private static List<SetAside> setAside(ManifestVersion manifest, List<DeadLetter> letters) {
    Coverage uncovered = manifest.uncovered();
    return letters.stream()
        .filter(letter -> uncovered.contains(letter.fragment()))
        .filter(
            letter ->
                manifest.fragments().stream()
                    .anyMatch(
                        fragment ->
                            fragment.id() == letter.fragment()
                                && fragment.fingerprint() == letter.fingerprint()))
        .sorted(Comparator.comparingInt(DeadLetter::fragment))
        .map(letter -> new SetAside(letter.fragment(), letter.since().toString(), letter.reason()))
        .toList();
  }

  /** How long ago the oldest uncovered fragment was committed. */
  static Duration lag(DatasetHandle dataset, ManifestVersion manifest) {
    return manifest.uncovered().stream()
        .limit(1)
        .mapToObj(oldest -> FragmentHistory.committedAt(dataset, oldest))
        .map(committed -> Duration.between(committed, Instant.now()))
        .findFirst()
        .orElse(Duration.ZERO);
  }
}
