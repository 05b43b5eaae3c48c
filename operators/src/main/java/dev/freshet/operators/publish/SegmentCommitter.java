package dev.freshet.operators.publish;

import dev.freshet.lance.commit.CommitOutcome;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.assemble.UnreadableInputException;
import dev.freshet.operators.wire.Publication;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.planning.PublishDecision;
import dev.freshet.vector.format.CorruptSegmentException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes one segment: decide by the fresh manifest, verify, commit; again if another writer was
 * faster, at most {@link #MAX_ATTEMPTS} times.
 *
 * <p>It is verified once, as the decision sees to it that its fragments are still what they were. A
 * verification takes longer than another writer needs for a commit, so that one before each attempt
 * would lose again and again. Only if rows have moved, under their ids, to fragments that another
 * segment covers since, it is built without them and verified again.
 */
final class SegmentCommitter {

  static final int MAX_ATTEMPTS = 20;

  private static final Logger LOG = LoggerFactory.getLogger(SegmentCommitter.class);

  /**
   * The table as it was when a segment was verified.
   *
   * @param covered fragments that the index covered
   * @param field id of the column
   */
  private record Verified(Coverage covered, int field) {}

  private final PublishContext context;
  private final SegmentRechecker rechecker;
  private final RewriteRace race;
  private final MovedRows moved;

  SegmentCommitter(PublishContext context) {
    this.context = context;
    this.rechecker = new SegmentRechecker(context);
    this.race = new RewriteRace(context);
    this.moved = new MovedRows(context);
  }

  /**
   * Publishes the segment, or finds that there is nothing left to publish. One that must be built
   * again and cannot, as what it is made of is gone, is left: discovery finds its fragments
   * uncovered.
   *
   * @throws IOException if the segment is wrong even when rebuilt, or storage fails
   */
  void commit(Publication.Segment built) throws IOException {
    try {
      publish(built);
    } catch (FileNotFoundException | CorruptSegmentException | UnreadableInputException e) {
      context.metrics().abandoned();
      LOG.error("Segment {} is not published", built.built().plan().uuid(), e);
    }
  }

  private void publish(Publication.Segment built) throws IOException {
    rechecker.recheckUnknown(built.built().plan().absorbed());
    SegmentPurger purger = new SegmentPurger(context);
    Publication.Segment segment = built;
    Optional<Verified> verified = Optional.empty();
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      context.metrics().attempt();
      try (DatasetHandle dataset = context.versions().latest()) {
        ManifestVersion manifest = context.manifest(dataset);
        SegmentPlan plan = segment.built().plan();
        PublishDecision decision = PublishDecision.of(plan, manifest, UUID::randomUUID);
        if (decision instanceof PublishDecision.Replan replan) {
          context.metrics().replanned();
          segment = context.builder().build(replan.plan());
          verified = Optional.empty();
        } else if (decision instanceof PublishDecision.Publish publish) {
          Set<UUID> replaced = SegmentPurger.uuids(publish.replaced());
          Verified now = new Verified(manifest.covered(), moved.field(dataset));
          if (verified.isEmpty() || !holds(verified.get(), now, dataset, segment)) {
            segment = moved.without(dataset, manifest, segment);
            segment = context.gate().verified(dataset, segment, replaced);
            verified = Optional.of(now);
          }
          if (isCommitted(dataset, manifest, segment, replaced, purger)) {
            return;
          }
        } else if (decision instanceof PublishDecision.Withdraw) {
          if (race.isWithdrawn(dataset, Set.of(plan.uuid()))) {
            return;
          }
        } else {
          leave(segment, decision);
          return;
        }
      }
    }
    throw new IOException(
        "Segment "
            + segment.built().plan().uuid()
            + " of index "
            + context.index()
            + " lost against other writers "
            + MAX_ATTEMPTS
            + " times");
  }

  /** Whether what was verified is right by now, too. */
  private boolean holds(
      Verified then, Verified now, DatasetHandle dataset, Publication.Segment segment)
      throws IOException {
    return then.field() == now.field()
        && !moved.areIn(dataset, segment, now.covered().minus(then.covered()));
  }

  /**
   * Commits the segment, and with it what other segments are without the entries of its rows.
   *
   * @return whether no other writer was faster
   */
  private boolean isCommitted(
      DatasetHandle dataset,
      ManifestVersion manifest,
      Publication.Segment segment,
      Set<UUID> replaced,
      SegmentPurger purger)
      throws IOException {
    List<CommittedSegment> others =
        manifest.index().segments().stream()
            .filter(other -> !replaced.contains(other.uuid()))
            .toList();
    SegmentRegistration registration = context.gate().registration(dataset, segment);
    List<CommittedSegment> worn =
        context.entries().holding(dataset, others, registration.coverage());
    Optional<List<Publication.Segment>> rewritten = purger.rewritten(dataset, manifest, worn);
    if (rewritten.isEmpty()) {
      return false;
    }
    List<Publication.Segment> successors = rewritten.get();
    List<SegmentRegistration> all =
        new ArrayList<>(context.gate().registrations(dataset, successors));
    all.add(0, registration);
    Set<UUID> removed = new HashSet<>(replaced);
    removed.addAll(SegmentPurger.uuids(worn));
    CommitOutcome outcome =
        context.publisher().publish(dataset, all, removed, context.gate().token(segment));
    if (outcome instanceof CommitOutcome.Committed committed) {
      context.metrics().published(segment.built());
      context.known().add(registration.uuid(), registration.coverage());
      context.foreign().trust(registration.uuid());
      purger.published(successors);
      LOG.info(
          "Published segment {} of {} rows over fragments {} in version {}, replacing {}",
          registration.uuid(),
          segment.built().rows(),
          registration.coverage(),
          committed.version(),
          removed.size());
      race.settle(
          manifest,
          committed,
          all.stream().map(SegmentRegistration::uuid).collect(Collectors.toSet()));
      return true;
    }
    context.metrics().conflict();
    LOG.info("Segment {} is decided again: {}", registration.uuid(), outcome);
    return false;
  }

  private void leave(Publication.Segment segment, PublishDecision decision) {
    context.metrics().abandoned();
    LOG.info("Segment {} is not published: {}", segment.built().plan().uuid(), decision);
  }
}
