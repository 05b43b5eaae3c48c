package dev.freshet.job.report;

import dev.freshet.operators.garbage.GarbageCollector;
import dev.freshet.operators.garbage.GarbageSummary;
import dev.freshet.operators.lance.DatasetFiles;
import dev.freshet.operators.lance.DatasetHandle;
import dev.freshet.operators.lance.DatasetVersions;
import dev.freshet.operators.lance.FragmentHistory;
import dev.freshet.operators.lance.IndexSummary;
import dev.freshet.operators.lance.ManifestReader;
import dev.freshet.operators.lance.NamedFiles;
import dev.freshet.operators.quarantine.DeadLetter;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A dataset and its vector indexes at the latest version.
 *
 * @param garbage what a garbage collection would remove; empty if that takes reading more than
 *     {@value #MOST_VERSIONS} versions
 */
public record DatasetStatus(
    String dataset,
    long version,
    long rows,
    int fragments,
    List<Index> indexes,
    List<GarbageSummary> garbage) {

  static final int MOST_VERSIONS = 1000;

  /**
   * One index.
   *
   * @param model id of its model; empty if its file cannot be read
   * @param lagSeconds age of the oldest uncovered fragment; 0 if all are covered
   * @param problems why the model cannot be read, if so
   */
  public record Index(
      String name,
      String column,
      String type,
      String metric,
      String model,
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
      for (String name : IndexDescription.vectorIndexes(dataset)) {
        indexes.add(index(dataset, name, storage, new DeadLetters(files, name).list()));
      }
      ManifestVersion manifest = ManifestReader.read(dataset, "");
      return new DatasetStatus(
          dataset.location().uri(),
          manifest.version(),
          manifest.liveRows(),
          manifest.fragments().size(),
          indexes,
          garbage(versions, dataset, storage, files));
    }
  }

  private static List<GarbageSummary> garbage(
      DatasetVersions versions, DatasetHandle dataset, IndexStorage storage, DatasetFiles files)
      throws IOException {
    if (NamedFiles.versions(dataset) > MOST_VERSIONS) {
      return List.of();
    }
    GarbageCollector collector =
        new GarbageCollector(versions, files, storage, GarbagePolicy.DEFAULT);
    return GarbageSummary.of(collector.find(Instant.now()));
  }

  private static Index index(
      DatasetHandle dataset, String name, IndexStorage storage, List<DeadLetter> letters)
      throws IOException {
    try {
      IndexDescription index = IndexDescription.of(dataset, name, storage);
      String type = index.model().type().name();
      return index(dataset, name, type, index.model().id(), letters, List.of());
    } catch (CorruptSegmentException | FileNotFoundException e) {
      String type = IndexDescription.summary(dataset, name).type();
      return index(dataset, name, type, "", letters, List.of(e.getMessage()));
    }
  }

  private static Index index(
      DatasetHandle dataset,
      String name,
      String type,
      String model,
      List<DeadLetter> letters,
      List<String> problems) {
    IndexSummary summary = IndexDescription.summary(dataset, name);
    ManifestVersion manifest = ManifestReader.read(dataset, name);
    return new Index(
        name,
        summary.column(),
        type,
        summary.metric().orElseThrow().lanceName(),
        model,
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
        problems);
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
