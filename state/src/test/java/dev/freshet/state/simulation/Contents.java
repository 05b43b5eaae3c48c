package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.RowRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;

/** Gathers the entries of a segment. */
final class Contents {
  private final List<Row> entries = new ArrayList<>();
  private boolean damaged;

  /** The live rows of a range of a fragment. */
  void scan(SimulatedVersion version, RowRange range) {
    List<Row> live = version.fragment(range.fragment()).live();
    assertThat(live).hasSize((int) range.fragmentRows());
    entries.addAll(live.stream().skip(range.offset()).limit(range.rows()).toList());
  }

  /** All rows of some fragments. */
  void scan(SimulatedVersion version, Coverage coverage) {
    version.select(coverage).forEach(fragment -> entries.addAll(fragment.live()));
  }

  /** Those entries of a segment that are to be kept. */
  void take(SegmentRows segment, Predicate<Row> kept) {
    damaged |= segment.damaged();
    segment.entries().stream().filter(kept).forEach(entries::add);
  }

  void addAll(List<Row> rows) {
    entries.addAll(rows);
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  List<Row> entries() {
    return List.copyOf(entries);
  }

  SegmentRows of(String model) {
    return new SegmentRows(model, entries, damaged);
  }

  /** The same, of rows none of which can have come twice. */
  SegmentRows distinctOf(String model) {
    assertThat(new HashSet<>(entries)).as("rows of a segment").hasSameSizeAs(entries);
    return of(model);
  }
}
