package dev.freshet.job.report;

import dev.freshet.operators.lance.DatasetHandle;
import dev.freshet.operators.lance.DatasetVersions;
import dev.freshet.operators.lance.IndexSummary;
import dev.freshet.operators.lance.ManifestReader;
import dev.freshet.operators.lance.VectorColumn;
import dev.freshet.operators.lance.VectorSearch;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.state.planning.CoverageCheck;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks a published index against its dataset: coverage disjoint and live, each live row in
 * exactly one segment exactly once, and its recall.
 */
public final class IndexVerification {

  /** How many neighbours a query asks for. */
  private static final int K = 10;

  /**
   * What was found.
   *
   * @param coverage share of the live rows that lie in covered fragments
   * @param recallAt10FullProbe with every partition probed; 0, as the other, if a segment cannot be
   *     read, as Lance may not survive to be asked then
   * @param recallAt10 with the given effort
   * @param violations what is wrong, one line each
   */
  public record Report(
      boolean ok,
      double coverage,
      long rows,
      long indexedRows,
      int segments,
      double recallAt10FullProbe,
      double recallAt10,
      List<String> violations) {}

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
   * @throws dev.freshet.operators.lance.DatasetException if there is no such index
   */
  public Report verify(String indexName, int queries, VectorSearch.Effort effort)
      throws IOException {
    try (DatasetHandle dataset = versions.latest()) {
      IndexSummary index = IndexDescription.summary(dataset, indexName);
      Metric metric = index.metric().orElseThrow();
      VectorColumn column = dataset.column(index.column());
      ManifestVersion manifest = ManifestReader.read(dataset, indexName);
      List<String> violations = new ArrayList<>(CoverageCheck.violations(manifest));
      RowCheck rows = RowCheck.of(dataset, column, metric, manifest, storage);
      violations.addAll(rows.violations());
      int allProbes = Math.max(1, rows.partitions());
      Recall recall =
          rows.readable()
              ? recall(
                  new RecallCheck(dataset, column, manifest.live(), metric, queries, K),
                  allProbes,
                  effort)
              : new Recall(0, 0);
      return new Report(
          violations.isEmpty(),
          manifest.liveRows() == 0
              ? 1
              : (double) manifest.liveRows(manifest.covered()) / manifest.liveRows(),
          manifest.liveRows(),
          rows.indexed(),
          manifest.index().segments().size(),
          recall.fullProbe(),
          recall.atEffort(),
          List.copyOf(violations));
    }
  }

  private record Recall(double fullProbe, double atEffort) {}

  private static Recall recall(RecallCheck check, int allProbes, VectorSearch.Effort effort)
      throws IOException {
    return new Recall(
        check.at(new VectorSearch.Effort(allProbes, effort.refine())),
        check.at(new VectorSearch.Effort(Math.min(effort.probes(), allProbes), effort.refine())));
  }
}
