package dev.freshet.job.report;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.HiddenRows;
import dev.freshet.lance.read.LiveRows;
import dev.freshet.lance.read.VectorSearch;
import dev.freshet.lance.read.VectorTake;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.roaringbitmap.longlong.LongIterator;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Asks Lance, as any reader would, for as many neighbours as there are rows with a vector, every
 * partition probed: each row has to come, once, and nothing else.
 *
 * <p>A table of more than {@value #MAX_ROWS} rows is asked for some of its covered fragments, which
 * Lance then searches alone; this cannot show an entry of a row that is gone or elsewhere. A graph
 * does not reach all of its rows, so of HNSW types none is missed.
 */
final class AnswerCheck {

  static final long MAX_ROWS = 200_000;

  /** What a fragment has at most by default: one is asked for if none is smaller. */
  static final long MAX_ROWS_OF_ONE = 1 << 20;

  /** Lance searches a graph with as many candidates as there are neighbours: dear. */
  private static final long MAX_GRAPH_ROWS = 10_000;

  private final DatasetHandle dataset;
  private final VectorColumn column;
  private final ManifestVersion manifest;
  private final Metric metric;
  private final boolean graph;
  private final Roaring64Bitmap encodable = new Roaring64Bitmap();
  private final Roaring64Bitmap others = new Roaring64Bitmap();
  private final Roaring64Bitmap answered = new Roaring64Bitmap();
  private final Roaring64Bitmap hidden = new Roaring64Bitmap();
  private final Examples twice;
  private final Examples missing;
  private final Examples unknown;
  private Optional<float[]> query = Optional.empty();
  private Optional<Coverage> among = Optional.empty();

  private AnswerCheck(
      DatasetHandle dataset,
      VectorColumn column,
      ManifestVersion manifest,
      Metric metric,
      boolean graph) {
    this.dataset = dataset;
    this.column = column;
    this.manifest = manifest;
    this.metric = metric;
    this.graph = graph;
    this.twice = new Examples(dataset.stableRowIds());
    this.missing = new Examples(dataset.stableRowIds());
    this.unknown = new Examples(dataset.stableRowIds());
  }

  /**
   * Asks once.
   *
   * @param graph whether the index searches graphs (HNSW)
   * @param partitions the most that a segment has
   * @param encodable rows with a vector to encode, of all covered fragments, and of all if {@link
   *     #asksForAll}
   */
  static AnswerCheck of(
      DatasetHandle dataset,
      VectorColumn column,
      ManifestVersion manifest,
      Metric metric,
      boolean graph,
      int partitions,
      Roaring64Bitmap encodable)
      throws IOException {
    AnswerCheck check = new AnswerCheck(dataset, column, manifest, metric, graph);
    check.take(encodable);
    check.ask(partitions);
    return check;
  }

  /** Whether the rows of all fragments are asked for, also of those that no segment covers. */
  static boolean asksForAll(ManifestVersion manifest, boolean graph) {
    return manifest.liveRows() <= most(graph);
  }

  private static long most(boolean graph) {
    return graph ? MAX_GRAPH_ROWS : MAX_ROWS;
  }

  /** Rows that were asked for. */
  long rows() {
    return query.isEmpty() ? 0 : encodable.getLongCardinality();
  }

  /** The fragments that were asked, if not all. */
  Optional<Coverage> among() {
    return among;
  }

  /** Rows that this Lance hides, whatever the index holds. */
  long hidden() {
    return hidden.getLongCardinality();
  }

  List<String> violations() {
    List<String> lines = new ArrayList<>();
    add(lines, twice, "rows are answered more than once");
    add(lines, missing, "rows are not answered");
    add(lines, unknown, "answers are no rows of the table");
    return lines;
  }

  private void add(List<String> lines, Examples found, String what) {
    if (found.count() > 0) {
      lines.add(
          String.format(
              "Asked for all %,d rows%s at full probe, %,d %s: %s%s",
              rows(),
              among.map(fragments -> " of " + fragments.size() + " fragments").orElse(""),
              found.count(),
              what,
              found,
              Remedy.RUN));
    }
  }

  /** All fragments, or some that are covered, evenly over the table. */
  private List<Fragment> chosen() {
    if (asksForAll(manifest, graph)) {
      return manifest.fragments();
    }
    long most = most(graph);
    Coverage covered = manifest.covered();
    List<Fragment> candidates =
        manifest.fragments().stream()
            .filter(fragment -> covered.contains(fragment.id()) && fragment.liveRows() <= most)
            .toList();
    long rows = candidates.stream().mapToLong(Fragment::liveRows).sum();
    List<Fragment> chosen = new ArrayList<>();
    long passed = 0;
    long taken = 0;
    for (Fragment fragment : candidates) {
      passed += fragment.liveRows();
      boolean fits = taken + fragment.liveRows() <= most;
      if (fits && (rows <= most || taken < (double) most * passed / rows)) {
        chosen.add(fragment);
        taken += fragment.liveRows();
      }
    }
    if (chosen.isEmpty()) {
      manifest.fragments().stream()
          .filter(fragment -> covered.contains(fragment.id()))
          .filter(fragment -> !graph && fragment.liveRows() <= MAX_ROWS_OF_ONE)
          .min(Comparator.comparingLong(Fragment::liveRows))
          .ifPresent(chosen::add);
    }
    if (chosen.size() == manifest.fragments().size()) {
      return chosen;
    }
    among = Optional.of(Coverage.of(chosen.stream().mapToInt(Fragment::id)));
    return chosen;
  }

  /** Looks for the rows of the chosen fragments, and takes the vector of one of them. */
  private void take(Roaring64Bitmap withVector) throws IOException {
    Coverage chosen = Coverage.of(chosen().stream().mapToInt(Fragment::id));
    encodable.or(LiveRows.ids(dataset, chosen));
    others.or(encodable);
    others.andNot(withVector);
    encodable.and(withVector);
    if (!encodable.isEmpty()) {
      query =
          Optional.of(new VectorTake(dataset, column).take(List.of(encodable.first())).vectors());
    }
  }

  private void ask(int partitions) throws IOException {
    if (query.isEmpty()) {
      return;
    }
    int k = Math.toIntExact(encodable.getLongCardinality());
    new VectorSearch(dataset, column, metric)
        .forEach(query.get(), k, Math.max(1, partitions), among, this::answer);
    if (!graph) {
      Roaring64Bitmap left = encodable.clone();
      left.andNot(answered);
      if (!left.isEmpty()) {
        hidden.or(HiddenRows.of(dataset, manifest.live()));
        hidden.and(left);
        left.andNot(hidden);
      }
      for (LongIterator at = left.getLongIterator(); at.hasNext(); ) {
        missing.add(at.next());
      }
    }
  }

  private void answer(long id) {
    if (answered.contains(id)) {
      twice.add(id);
    } else if (encodable.contains(id) || others.contains(id)) {
      answered.addLong(id);
    } else {
      unknown.add(id);
    }
  }
}
