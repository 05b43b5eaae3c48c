package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must hold of the entries of an index, whatever has become of their rows. */
final class EntryInvariants {
  private static final Comparator<Row> ORDER =
      Comparator.comparingLong(Row::id).thenComparingLong(Row::value);

  private final SimulatedVersion version;
  private final LanceSearch search;

  EntryInvariants(SimulatedVersion version, SimulatedStore store) {
    this.version = version;
    this.search = new LanceSearch(version, store);
  }

  /** Over all segments, each live row of the fragments has one entry, of its present value. */
  void eachRowHasOneEntry(Coverage fragments) {
    Set<Long> ids = version.liveIds(fragments);
    List<Row> entries = new ArrayList<>();
    for (CommittedSegment segment : version.segments()) {
      search.unmasked(segment).stream()
          .filter(entry -> ids.contains(entry.id()))
          .forEach(entries::add);
    }
    List<Row> live =
        version.select(fragments).stream().flatMap(rows -> rows.live().stream()).toList();
    same("entries of fragments " + fragments, entries, live);
  }

  /** A segment has no entry of a row that is live where another segment covers it. */
  void holdsNothingOfOthers(CommittedSegment segment) {
    Coverage others = version.manifest().covered().minus(segment.coverage());
    Set<Long> ids = version.liveIds(others);
    assertThat(search.unmasked(segment).stream().filter(entry -> ids.contains(entry.id())))
        .as("entries of %s that belong to others", segment)
        .isEmpty();
  }

  /** No entry of a segment is an answer unless its row is live in what the segment covers. */
  void noEntryIsAstray() {
    for (CommittedSegment segment : version.segments()) {
      Set<Long> own = version.liveIds(segment.coverage());
      assertThat(search.unmasked(segment).stream().filter(entry -> !own.contains(entry.id())))
          .as("entries astray of %s", segment)
          .isEmpty();
    }
  }

  /** Asked for as many rows as there are, Lance finds all of them, each once. */
  void allRowsAreFoundOnce() {
    List<Row> live =
        version.fragments().stream().flatMap(fragment -> fragment.live().stream()).toList();
    same("rows found", search.all(), live);
  }

  /** Compares without regard to the order, and names few of many. */
  private static void same(String what, List<Row> found, List<Row> expected) {
    if (!found.stream().sorted(ORDER).toList().equals(expected.stream().sorted(ORDER).toList())) {
      List<Row> more = new ArrayList<>(found);
      Set<Row> known = new HashSet<>(expected);
      more.removeIf(known::remove);
      assertThat(more.stream().limit(5)).as("%s: too many", what).isEmpty();
      assertThat(known.stream().limit(5)).as("%s: missing", what).isEmpty();
    }
  }
}
