package dev.freshet.operators.publish;

import dev.freshet.lance.commit.CommitOutcome;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.assemble.UnreadableInputException;
import dev.freshet.operators.wire.Publication;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.SegmentReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites committed segments without the entries that their rows have left: each alone, by its own
 * model, so that the tiers of the index stay what they are.
 *
 * <p>What was rewritten is kept until it is published, for the next attempt of the same commit
 * after a lost race, and no longer: more rows may have left it by then, and its files be garbage.
 */
final class SegmentPurger {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentPurger.class);

  private final PublishContext context;
  private final RewriteRace race;
  private final Withdrawal withdrawal;
  private final SegmentInspection inspection;
  private final Map<CommittedSegment, Publication.Segment> ready = new HashMap<>();

  SegmentPurger(PublishContext context) {
    this.context = context;
    this.race = new RewriteRace(context);
    this.withdrawal = new Withdrawal(context);
    this.inspection = new SegmentInspection(context);
  }

  /**
   * The segments, rewritten and verified; one whose fragments are all gone has no successor.
   *
   * @param dataset the version of the manifest
   * @return empty if one cannot be read, or is wrong otherwise, and is withdrawn: decide again
   * @throws IOException if storage fails
   */
  Optional<List<Publication.Segment>> rewritten(
      DatasetHandle dataset, ManifestVersion manifest, List<CommittedSegment> worn)
      throws IOException {
    ready.keySet().retainAll(worn);
    List<Publication.Segment> rewritten = new ArrayList<>();
    for (CommittedSegment segment : worn) {
      if (segment.coverage().intersects(manifest.live())) {
        if (!ready.containsKey(segment)) {
          Optional<String> wrong = prepared(dataset, manifest, segment);
          if (wrong.isPresent()) {
            withdrawal.isCommitted(dataset, Set.of(segment.uuid()), wrong.get());
            return Optional.empty();
          }
        }
        rewritten.add(ready.get(segment));
      }
    }
    return Optional.of(rewritten);
  }

  /** Rewrites a segment, unless its other entries are wrong, too: then what is. */
  private Optional<String> prepared(
      DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    try {
      Coverage stale = inspection.stale(dataset, segment);
      if (!stale.isEmpty()) {
        return Optional.of(stale + " were rewritten after it was built");
      }
      Optional<String> wrong =
          inspection.wrongEntries(
              dataset, manifest, segment, SegmentReader.open(context.storage(), segment.uuid()));
      if (wrong.isEmpty()) {
        ready.put(segment, rewrite(dataset, manifest, segment));
      }
      return wrong;
    } catch (FileNotFoundException | CorruptSegmentException | UnreadableInputException e) {
      return Optional.of(
          "it holds what its rows have left and cannot be rewritten: " + e.getMessage());
    }
  }

  private Publication.Segment rewrite(
      DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    SegmentPlan plan =
        SegmentPlan.of(
            context.models().referenceTo(segment.uuid()),
            List.of(),
            List.of(segment),
            manifest,
            UUID::randomUUID);
    return context.gate().successor(dataset, context.builder().build(plan), segment);
  }

  /**
   * Puts rewritten segments in the place of worn ones, in one version.
   *
   * @return whether no other writer was faster
   */
  boolean purge(DatasetHandle dataset, ManifestVersion manifest, List<CommittedSegment> worn)
      throws IOException {
    Set<UUID> replaced = uuids(worn);
    Optional<List<Publication.Segment>> found = rewritten(dataset, manifest, worn);
    if (found.isEmpty()) {
      return false;
    }
    List<Publication.Segment> successors = found.get();
    String index = context.index();
    CommitOutcome outcome =
        successors.isEmpty()
            ? context.publisher().withdraw(dataset, index, replaced)
            : context
                .publisher()
                .publish(
                    dataset,
                    context.gate().registrations(dataset, successors),
                    replaced,
                    context.gate().token(successors.get(0)));
    if (outcome instanceof CommitOutcome.Committed committed) {
      published(successors);
      race.settle(
          manifest,
          committed,
          successors.stream().map(one -> one.built().plan().uuid()).collect(Collectors.toSet()));
      LOG.info(
          "Rewrote segments {} of index {} without the entries that their rows have left, in"
              + " version {}",
          replaced,
          index,
          committed.version());
      return true;
    }
    context.metrics().conflict();
    LOG.info("Segments {} are to be rewritten again: {}", replaced, outcome);
    return false;
  }

  /** Notes that successors are committed. */
  void published(List<Publication.Segment> successors) {
    successors.forEach(
        segment -> {
          SegmentPlan plan = segment.built().plan();
          context.metrics().published(segment.built());
          context.known().add(plan.uuid(), plan.coverage());
          context.foreign().trust(plan.uuid());
        });
    ready.clear();
  }

  static Set<UUID> uuids(List<CommittedSegment> segments) {
    return segments.stream().map(CommittedSegment::uuid).collect(Collectors.toSet());
  }
}
