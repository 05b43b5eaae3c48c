package dev.freshet.job.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.lance.index.Index;

/** The segments of an index are disjoint, and none that is live covers only what is gone. */
final class CoverageInvariant {

  private CoverageInvariant() {}

  /** What is wrong in a version, a line each. */
  static List<String> violations(StoredTable table) {
    List<String> wrong = new ArrayList<>();
    Set<Integer> seen = new TreeSet<>();
    Set<UUID> uuids = new TreeSet<>();
    for (Index segment : table.segments()) {
      Set<Integer> twice = StoredTable.coverage(segment);
      twice.retainAll(seen);
      if (!twice.isEmpty()) {
        wrong.add("segment " + segment.uuid() + " overlaps others in fragments " + twice);
      }
      if (!uuids.add(segment.uuid())) {
        wrong.add("segment " + segment.uuid() + " is named twice");
      }
      seen.addAll(StoredTable.coverage(segment));
    }
    return wrong;
  }

  /**
   * Fragments that a segment of a version covers and that were in no version up to it: a commit has
   * named what its author never saw.
   *
   * @param ever fragments of all versions up to this one
   */
  static List<String> unknown(StoredTable table, Set<Integer> ever) {
    Set<Integer> unknown = table.covered();
    unknown.removeAll(ever);
    return unknown.isEmpty()
        ? List.of()
        : List.of("fragments " + unknown + " are covered and were never there");
  }
}
