package dev.freshet.state.protocol;

import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.EntryState;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One open version of a table: what can be asked of it, and what can be committed on top of it.
 *
 * <p>Each method that reads throws {@link IOException} if storage fails.
 */
public interface TableVersion extends AutoCloseable {

  ManifestVersion manifest();

  /** Whether row ids stay when rows move; otherwise they are addresses. */
  boolean stableRowIds();

  /** Id of the field that is the index's column. */
  int field();

  /** Whether rows of the plan were read from another column than the one of that name now. */
  boolean isOfAnotherColumn(SegmentPlan plan);

  /**
   * What the entries of a segment, published or not, are worth in this version.
   *
   * @throws UnreadableSegmentException if the segment cannot be read
   */
  EntryState entries(CommittedSegment segment) throws IOException;

  /**
   * The segments that hold entries of rows that are live in the fragments; those that cannot be
   * read are not among them.
   *
   * @param segments none of which covers one of the fragments
   */
  List<CommittedSegment> holding(List<CommittedSegment> segments, Coverage fragments)
      throws IOException;

  /**
   * Whether a segment has entries of rows that are not live in the fragments.
   *
   * @throws UnreadableSegmentException if the segment cannot be read
   */
  boolean hasDead(UUID segment, Coverage fragments) throws IOException;

  /** Fragments that a segment covers though their column has other files than it was built on. */
  Coverage stale(CommittedSegment segment);

  /**
   * What is wrong with a committed segment, one line; empty if nothing is.
   *
   * @param segment with the live fragments that it covers
   */
  Optional<String> damage(CommittedSegment segment) throws IOException;

  /**
   * What is wrong with entries that another writer may have made of rows that changed since.
   *
   * @throws UnreadableSegmentException if the segment cannot be read
   */
  Optional<String> wrongEntries(CommittedSegment segment) throws IOException;

  /**
   * Whether a segment, committed where no reader sees it, finds its rows.
   *
   * @param replaced segments that would be replaced by it
   * @param compared those of them that it must not fall behind
   */
  boolean answers(UnpublishedSegment segment, Set<UUID> replaced, Set<UUID> compared)
      throws IOException;

  /**
   * Builds the segment of a plan from its shards and absorbed segments, under the plan's uuid or a
   * fresh one: with the rows that are live in this version, though the table may have gone on, so
   * that it can be verified here.
   *
   * @throws UnreadableSegmentException if one of them cannot be read
   */
  UnpublishedSegment build(SegmentPlan plan) throws IOException;

  /**
   * The plan's segment, built from its fragments in this version alone, under a fresh uuid.
   *
   * @throws UnreadableSegmentException if a fragment cannot be read
   */
  UnpublishedSegment rebuild(SegmentPlan plan) throws IOException;

  /**
   * Commits segments and removes others, in one new version.
   *
   * @param segments at least one; the first names the commit
   * @param replaced what they cover of live fragments, the new ones must
   */
  CommitOutcome publish(List<UnpublishedSegment> segments, Set<UUID> replaced) throws IOException;

  /** Takes segments out of the index. */
  CommitOutcome withdraw(Set<UUID> segments);

  /** What a compaction of the fragments would harm, one line; empty if nothing. */
  Optional<String> compactionHarm(Coverage fragments) throws IOException;

  @Override
  void close();
}
