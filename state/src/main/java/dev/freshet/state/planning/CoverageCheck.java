package dev.freshet.state.planning;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Checks that the segments of an index cover its fragments as they should. */
public final class CoverageCheck {

  private static final String REMEDY = ": drop the index and run Freshet on the table";

  private CoverageCheck() {}

  /** What breaks an index, one line each: fragments or uuids that several segments share. */
  public static List<String> violations(ManifestVersion manifest) {
    List<String> violations = new ArrayList<>();
    Set<UUID> uuids = new HashSet<>();
    Coverage seen = Coverage.empty();
    for (CommittedSegment segment : manifest.index().segments()) {
      Coverage twice = seen.intersect(segment.coverage());
      if (!twice.isEmpty()) {
        violations.add(
            describe(manifest, segment) + " overlaps others in fragments " + twice + REMEDY);
      }
      if (!uuids.add(segment.uuid())) {
        violations.add(describe(manifest, segment) + " is named more than once" + REMEDY);
      }
      seen = seen.union(segment.coverage());
    }
    return violations;
  }

  /** What is worth knowing and harmless, one line each: Lance leaves these after deletes. */
  public static List<String> notes(ManifestVersion manifest) {
    List<String> notes = new ArrayList<>();
    Coverage live = manifest.live();
    for (CommittedSegment segment : manifest.index().segments()) {
      Coverage gone = segment.coverage().minus(live);
      if (!gone.isEmpty()) {
        notes.add(describe(manifest, segment) + " covers fragments that no longer exist: " + gone);
      }
    }
    if (!manifest.uncovered().isEmpty()) {
      notes.add(
          "Index " + manifest.index().name() + " does not cover fragments " + manifest.uncovered());
    }
    return notes;
  }

  private static String describe(ManifestVersion manifest, CommittedSegment segment) {
    return "Segment " + segment.uuid() + " of index " + manifest.index().name();
  }
}
