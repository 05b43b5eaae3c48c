package dev.freshet.job.report;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LoneVersion;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.IndexCatalog;
import dev.freshet.lance.manifest.IndexSummary;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.read.VectorSearch;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.state.planning.CoverageCheck;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Checks a published index against its dataset: coverage disjoint, each live row with a vector to
 * encode found by exactly one entry, that of its present vector, no other entry that costs an
 * answer, and its recall.
 */
public final class IndexVerification {

  /** Lance reads what it needs of so many in 10 ms for each search. */
  private static final int FEW_FRAGMENTS = 256;

  /**
   * What was found.
   *
   * @param coverage share of the live rows that lie in covered fragments
   * @param recallAt10FullProbe with every partition probed; 0 if a segment cannot be read
   * @param recallAt10 with the given effort; 0 if a segment cannot be read
   * @param violations what is wrong, one line each
   * @param missingRows live rows of covered fragments with a vector and without an entry
   * @param repeatedEntries further entries of rows that have one
   * @param outsideEntries entries of rows in fragments that their segment does not cover
   * @param deadEntries entries of rows that are gone, which take the places of answers
   * @param maskedEntries entries of rows that are gone, which Lance hides: nothing wrong
   * @param staleEntries entries that are not of the present vectors of their rows
   * @param comparedEntries entries whose codes were compared with the present vectors
   * @param misplacedEntries entries with the right code in a partition that is not the nearest
   * @param askedRows rows that were asked for at once, as many neighbours as rows
   * @param notes what was not checked, one line each
   */
  public record Report(
      boolean ok,
      double coverage,
      long rows,
      long indexedRows,
      int segments,
      double recallAt10FullProbe,
      double recallAt10,
      List<String> violations,
      long missingRows,
      long repeatedEntries,
      long outsideEntries,
      long deadEntries,
      long maskedEntries,
      long staleEntries,
      long comparedEntries,
      long misplacedEntries,
      long askedRows,
      List<String> notes) {}

  private final DatasetVersions versions;
  private final IndexStorage storage;

  public IndexVerification(DatasetVersions versions, IndexStorage storage) {
    this.versions = versions;
    this.storage = storage;
  }

  /**
   * Verifies the latest version.
   *
   * @param queries rows that are drawn as queries; 0 leaves recall out
   * @param effort of {@link Report#recallAt10}; full probe takes its refine factor
   * @throws DatasetException if there is no such index
   */
  public Report verify(String indexName, int queries, VectorSearch.Effort effort)
      throws IOException {
    try (DatasetHandle dataset = open()) {
      IndexSummary index = IndexDescription.summary(dataset, indexName);
      VectorColumn column = dataset.column(index.column());
      ManifestVersion manifest = ManifestReader.read(dataset, indexName);
      Metric metric = index.metric().orElseThrow();
      int threads = Runtime.getRuntime().availableProcessors();
      RecallCheck recall =
          new RecallCheck(dataset, column, manifest.live(), metric, queries, threads);
      RowCheck rows = RowCheck.of(dataset, column, manifest, storage, recall.onlookers());
      List<String> violations = new ArrayList<>(CoverageCheck.violations(manifest));
      violations.addAll(rows.violations());
      if (!rows.complete()) { // Lance is handed only what Freshet's own reader can open
        String note = "a segment cannot be read, so nothing was asked of the index";
        return report(manifest, rows, violations, 0, 0, 0, List.of(note));
      }
      boolean graph = index.type().toUpperCase(Locale.ROOT).contains("HNSW");
      if (recall.asks() || AnswerCheck.asksForAll(manifest, graph)) {
        rows.readUncovered(metric);
      }
      AnswerCheck answers =
          AnswerCheck.of(
              dataset, column, manifest, metric, graph, rows.partitions(), rows.encodable());
      violations.addAll(answers.violations());
      int all = Math.max(1, rows.partitions());
      return report(
          manifest,
          rows,
          violations,
          recall.at(new VectorSearch.Effort(all, effort.refine()), graph),
          recall.at(
              new VectorSearch.Effort(Math.min(effort.probes(), all), effort.refine()), graph),
          answers.rows(),
          notes(dataset, index, manifest, rows, answers));
    }
  }

  /** Of a large table with stable row ids alone, as searches take too long else. */
  private DatasetHandle open() {
    DatasetHandle latest = versions.latest();
    if (!latest.stableRowIds() || latest.fragments().size() <= FEW_FRAGMENTS) {
      return latest;
    }
    try (latest) {
      return LoneVersion.of(latest);
    }
  }

  private static List<String> notes(
      DatasetHandle dataset,
      IndexSummary index,
      ManifestVersion manifest,
      RowCheck rows,
      AnswerCheck answers) {
    List<String> notes = new ArrayList<>();
    answers
        .among()
        .ifPresent(
            fragments ->
                notes.add(
                    String.format(
                        "asked for all rows of %,d of %,d fragments only",
                        fragments.size(), manifest.fragments().size())));
    if (answers.hidden() > 0) {
      notes.add(
          String.format(
              "%,d rows are in the index, but Lance 7 hides them from searches, as they were"
                  + " updated and then compacted before their old neighbours: read the table with"
                  + " Lance 12 (LanceDB 0.39.0), or update these rows once more",
              answers.hidden()));
    }
    if (rows.sum(SegmentFindings::compared) == 0 && rows.indexed() > 0) {
      notes.add("codes of " + index.type() + " are not compared with the vectors");
    }
    IndexCatalog.list(dataset).stream()
        .filter(other -> other.column().equals(index.column()))
        .filter(other -> other.metric().isPresent() && !other.name().equals(index.name()))
        .forEach(
            other ->
                notes.add(
                    "index " + other.name() + " of the same column may have answered instead"));
    return notes;
  }

  private static Report report(
      ManifestVersion manifest,
      RowCheck rows,
      List<String> violations,
      double recallAtFullProbe,
      double recall,
      long asked,
      List<String> notes) {
    return new Report(
        violations.isEmpty(),
        manifest.liveRows() == 0
            ? 1
            : (double) manifest.liveRows(manifest.covered()) / manifest.liveRows(),
        manifest.liveRows(),
        rows.indexed(),
        manifest.index().segments().size(),
        recallAtFullProbe,
        recall,
        List.copyOf(violations),
        rows.sum(one -> one.missing.count()),
        rows.sum(one -> one.repeated.count()),
        rows.sum(one -> one.outside.count()),
        rows.sum(one -> one.dead.count()),
        rows.sum(SegmentFindings::masked),
        rows.sum(one -> one.stale.count()),
        rows.sum(SegmentFindings::compared),
        rows.sum(one -> one.misplaced.count()),
        asked,
        List.copyOf(notes));
  }
}
