package dev.freshet.state.planning;

import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SegmentPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The plans whose segments are not yet seen in the manifest: what they claim is not planned. */
public record UnpublishedPlans(List<Pending> pending) {

  /** One plan and when its clock last started. */
  public record Pending(SegmentPlan plan, Instant since) {

    public Pending {
      Objects.requireNonNull(plan, "plan");
      Objects.requireNonNull(since, "since");
    }
  }

  public UnpublishedPlans {
    pending = List.copyOf(pending);
  }

  public static UnpublishedPlans none() {
    return new UnpublishedPlans(List.of());
  }

  public List<SegmentPlan> plans() {
    return pending.stream().map(Pending::plan).toList();
  }

  public UnpublishedPlans add(List<SegmentPlan> plans, Instant now) {
    Stream<Pending> added = plans.stream().map(plan -> new Pending(plan, now));
    return new UnpublishedPlans(Stream.concat(pending.stream(), added).toList());
  }

  /** With all clocks started anew: to be called when a job starts from a snapshot. */
  public UnpublishedPlans resumed(Instant now) {
    return none().add(plans(), now);
  }

  /**
   * Without the plans that are done, have become impossible, or are older than the timeout.
   *
   * <p>A plan is kept while any of its shards may still be published: the sink replans those under
   * another uuid when some inputs have become stale. To forget one too early costs work only: the
   * sink drops what is covered already.
   */
  public UnpublishedPlans reconcile(ManifestVersion manifest, Instant now, Duration timeout) {
    Fingerprints live = new Fingerprints(manifest);
    return new UnpublishedPlans(
        pending.stream()
            .filter(one -> one.since().plus(timeout).isAfter(now))
            .filter(one -> isOpen(one.plan(), manifest, live))
            .toList());
  }

  private static boolean isOpen(SegmentPlan plan, ManifestVersion manifest, Fingerprints live) {
    boolean committed =
        manifest.index().segments().stream()
            .anyMatch(segment -> segment.uuid().equals(plan.uuid()));
    boolean possible =
        plan.shards().isEmpty()
            ? manifest.index().segments().containsAll(plan.absorbed())
            : plan.shards().stream().anyMatch(live::isOpen);

    return !committed && possible;
  }
}
