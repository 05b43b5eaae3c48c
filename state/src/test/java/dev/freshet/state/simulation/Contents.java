package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.RowRange;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Gathers a segment's rows; a row that comes twice, or of another fragment, is an error. */
final class Contents {
  private final Map<Integer, SegmentRows.Entries> slots = new HashMap<>();
  private boolean damaged;

  void scan(SimulatedDataset dataset, long version, RowRange range) {
    BitSet rows = dataset.scan(version, range);
    add(range.fragment(), new SegmentRows.Entries(range.fingerprint(), rows));
  }

  /** All rows of some fragments. */
  void scan(SimulatedDataset dataset, ManifestVersion manifest, Coverage coverage) {
    for (Fragment fragment : manifest.fragments()) {
      if (coverage.contains(fragment.id())) {
        scan(dataset, manifest.version(), fragment.rows());
      }
    }
  }

  /** The rows of a segment that are in some fragments. */
  void take(SegmentRows segment, Coverage kept) {
    damaged |= segment.damaged();
    segment.slots().entrySet().stream()
        .filter(rows -> kept.contains(rows.getKey()))
        .forEach(rows -> add(rows.getKey(), rows.getValue()));
  }

  void take(SegmentRows segment) {
    damaged |= segment.damaged();
    addAll(segment.slots());
  }

  void addAll(Map<Integer, SegmentRows.Entries> rows) {
    rows.forEach(this::add);
  }

  private void add(int fragment, SegmentRows.Entries more) {
    SegmentRows.Entries known =
        slots.computeIfAbsent(
            fragment, key -> new SegmentRows.Entries(more.fingerprint(), new BitSet()));
    assertThat(known.slots().intersects(more.slots())).as("rows twice of %s", fragment).isFalse();
    assertThat(known.fingerprint()).isEqualTo(more.fingerprint());
    known.slots().or(more.slots());
  }

  Map<Integer, SegmentRows.Entries> slots() {
    return slots;
  }

  SegmentRows of(String model) {
    return new SegmentRows(model, slots, damaged);
  }
}
