package dev.freshet.state.protocol;

import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What the publisher tells, for logs and metrics. */
public interface PublishEvents {

  /** A publish is tried, the first time or again. */
  void attempted();

  /** A segment is built again without inputs that had become stale. */
  void replanned(SegmentPlan plan);

  /** A segment is built from its fragments, as what was built of its inputs is not to be used. */
  void rebuilt(SegmentPlan plan);

  /** A segment is not published, as nothing is left to publish of it. */
  void abandoned(SegmentPlan plan, String reason);

  /** A segment is not published, as what it is made of cannot be read, or it stays wrong. */
  void lost(SegmentPlan plan, IOException cause);

  /** A segment is committed. */
  void published(UnpublishedSegment segment, long version, Set<UUID> removed);

  /** Segments took the place of such with entries that their rows have left. */
  void purged(Set<UUID> worn, List<UnpublishedSegment> successors, long version);

  /** Another writer was faster: what was to be committed is decided again. */
  void conflicted(Set<UUID> segments, CommitOutcome outcome);

  /** Committed segments that cost answers were taken out of the index. */
  void withdrawn(Set<UUID> segments, long version, String reason);

  /** A committed segment was verified again. */
  void rechecked(UUID segment);

  /** A committed segment stays as it is, as nothing is known of its format. */
  void leftAlone(UUID segment);

  /** A compaction is dropped. */
  void notCompacted(Coverage fragments, String reason);

  /** A compaction is dropped, as files are gone, or so old that they may be taken for garbage. */
  void rewriteLost(Coverage fragments, List<String> files);

  /** A compaction goes on trying beside what is published. */
  void compactionInDoubt(Coverage fragments);

  /** Segments that no remap survives were withdrawn before a compaction. */
  void unmappable(Set<UUID> segments);
}
