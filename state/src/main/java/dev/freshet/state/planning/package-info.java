/**
 * Decides what to do next, and does nothing: from a manifest and a little state to shards, segment
 * plans, publish decisions and compaction groups. Everything here is pure: time and uuids are
 * passed in, and the same arguments give the same answer.
 *
 * <p>The story of a fragment. It is appended, and the next poll finds it uncovered and not {@link
 * dev.freshet.state.planning.InFlight in flight}. {@link dev.freshet.state.planning.ShardPlanner}
 * packs it with its small neighbours into a shard, or splits it, if it is large, over several
 * shards whose offsets count the live rows of one manifest version. From then on it is in flight,
 * and nobody reports back: it leaves when the manifest covers it, when it or a companion leaves the
 * manifest, or when its shard has made no progress for too long. Then it is simply uncovered again.
 *
 * <p>The shard is encoded and sealed, and meets others in {@link
 * dev.freshet.state.planning.SegmentPlanner}. What has become covered, claimed or gone meanwhile is
 * dropped; of two shards that hold the same fragment, after a hand-out was repeated, the newer
 * stays; parts of a split fragment wait for each other. What is left becomes one new segment per
 * model, or several if there are many rows.
 *
 * <p>Segments are kept few by a {@link dev.freshet.state.planning.SegmentPolicy tiered policy} (the
 * idea of Lucene's TieredMergePolicy). The new segments and the committed ones of the same model
 * are sorted into tiers by their live rows, each tier a constant factor larger than the one below.
 * While a tier overflows, its cheapest run of neighbours is merged on paper, and the result counts
 * in its own tier. When all is quiet, whatever contains something new, or more than one committed
 * segment, is a plan. So a cascade of merges is written once, and each row is rewritten about once
 * for each tier that it climbs. Fragments that have left the manifest are not carried along: the
 * coverage of a plan is that of its shards and the live part of what it absorbs.
 *
 * <p>The segment is built, and {@link dev.freshet.state.planning.PublishDecision} compares the plan
 * with the manifest as it is then. Only a plan that is still true in every input is published; one
 * that is partly stale is planned again from the rest; one that is done is dropped. A segment with
 * rows of a fragment outside its coverage is never published, hence the rebuild. The planner
 * remembers its {@link dev.freshet.state.planning.UnpublishedPlans} so that it does not plan the
 * same inputs twice; to forget one costs work, never correctness.
 *
 * <p>A fragment's id is not its identity: an overwrite of the dataset counts from 0 again, and an
 * update in place takes the fragment off the coverage and leaves its id. So every range of rows
 * carries the fragment's fingerprint, and what was read of another content counts as gone.
 *
 * <p>At last the fragment is compacted with neighbours that the same segment covers ({@link
 * dev.freshet.state.planning.CompactionSelection}), and the segment is remapped.
 */
package dev.freshet.state.planning;
