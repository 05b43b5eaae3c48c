package dev.freshet.state.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Whole lives of an index under random appends, deletes, compactions, other writers, failures and
 * restarts; the idea of Lucene's BaseMergePolicyTestCase.
 *
 * <p>One life is replayed with {@code -Dfreshet.seed=<seed>}.
 */
class IndexLifeSimulationTest {

  private static final int SEEDS = 300;
  private static final int STEPS = 400;

  @Test
  void indexConvergesWhateverHappens() {
    Optional<Long> one = Optional.ofNullable(Long.getLong("freshet.seed"));
    Map<String, Integer> events = new TreeMap<>();
    long written = 0;
    long published = 0;
    for (long seed = one.orElse(0L); seed <= one.orElse(SEEDS - 1L); seed++) {
      Life life = new Life(seed, events);
      try {
        life.run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "Seed " + seed + ", step " + life.step + " (replay with -Dfreshet.seed=" + seed + ")",
            e);
      }
      written += life.jobs.stream().mapToLong(job -> job.rowsWritten).sum();
      published += life.jobs.stream().mapToLong(job -> job.rowsPublished).sum();
    }
    System.out.printf(
        "Rows written by shards and segments: %d, published for the first time: %d, write"
            + " amplification %.2f%n%s%n",
        written, published, (double) written / published, events);
    if (one.isEmpty()) {
      assertThat(events.values()).as("what happened: %s", events).allMatch(times -> times > 50);
    }
  }

  /** One random life. */
  private static final class Life {
    private static final SegmentPolicy SEGMENTS = new SegmentPolicy(3, 100, 800);

    private final long seed;
    private final Map<String, Integer> events;
    private final Random random;
    private final Supplier<UUID> uuids;
    private final SimulatedDataset dataset;
    private final List<SimulatedJob> jobs = new ArrayList<>();
    private final Map<SimulatedJob, List<SimulatedJob.State>> snapshots = new HashMap<>();
    private final List<CompactionGroup> compactions = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private int step;

    Life(long seed, Map<String, Integer> events) {
      this.seed = seed;
      this.events = events;
      this.random = new Random(seed);
      this.uuids = () -> new UUID(random.nextLong(), random.nextLong());
      this.dataset = new SimulatedDataset(uuids);
      IndexType type = seed % 4 == 3 ? IndexType.IVF_HNSW_SQ : IndexType.IVF_PQ;
      ShardPolicy policy = new ShardPolicy(50, 16, 600, type.builder());
      for (int i = 0; i < 1 + seed % 2; i++) {
        SimulatedJob job = new SimulatedJob(dataset, policy, SEGMENTS, uuids, random, events);
        jobs.add(job);
        snapshots.put(job, new ArrayList<>());
      }
    }

    void run() {
      for (step = 0; step < STEPS; step++) {
        now = now.plus(Duration.ofSeconds(random.nextInt(20)));
        if (random.nextInt(4) == 0) {
          changeDataset();
        } else {
          advance(any(jobs));
        }
        assertThat(CoverageCheck.violations(dataset.manifest())).isEmpty();
      }
      becomeQuiet();
    }

    private void advance(SimulatedJob job) {
      switch (random.nextInt(50)) {
        case 0 -> misfortune(job);
        case 1, 2 -> snapshots.get(job).add(job.snapshot());
        case 3, 4, 5, 6, 7 -> job.discover(now);
        case 8, 9, 10, 11, 12 -> job.planSegments(now);
        case 13, 14, 15, 16, 17, 18, 19, 20 -> job.build();
        case 21, 22, 23, 24, 25, 26 -> job.publish(() -> {});
        case 27, 28 -> job.publish(this::changeDataset);
        case 29, 30 -> compact(job);
        default -> job.assign();
      }
    }

    private void misfortune(SimulatedJob job) {
      int choice = random.nextInt(4);
      if (choice == 0) {
        job.restore(SimulatedJob.State.empty(), now);
      } else if (choice == 1 && !snapshots.get(job).isEmpty()) {
        job.restore(any(snapshots.get(job)), now);
      } else {
        job.damage();
      }
    }

    private void changeDataset() {
      List<Fragment> fragments = dataset.manifest().fragments();
      int choice = random.nextInt(42);
      if (choice < 20 || fragments.isEmpty()) {
        dataset.append(1 + random.nextInt(random.nextInt(5) == 0 ? 300 : 40));
        return;
      }
      Fragment fragment = any(fragments);
      if (choice < 28) {
        dataset.delete(fragment.id(), slots((int) fragment.physicalRows(), 0.2));
      } else if (choice < 30) {
        dataset.delete(fragment.id(), slots((int) fragment.physicalRows(), 1));
      } else if (choice < 32) {
        dataset.remove(fragment.id());
      } else if (choice < 36) {
        rewriteAsOthersDo();
      } else if (choice < 39) {
        indexAsOthersDo();
      } else if (choice == 39) {
        dataset.update(fragment.id());
      } else if (random.nextInt(8) == 0) {
        dataset.overwrite(1 + random.nextInt(200));
      } else if (random.nextInt(8) == 0) {
        dataset.dropIndex();
      }
    }

    private BitSet slots(int count, double share) {
      BitSet slots = new BitSet();
      for (int slot = 0; slot < count; slot++) {
        slots.set(slot, random.nextDouble() < share);
      }
      return slots;
    }

    /** Neighbours that the same segment covers, or none does: Lance rewrites no others together. */
    private Coverage neighbours(ManifestVersion manifest) {
      List<Fragment> fragments = manifest.fragments();
      int start = random.nextInt(fragments.size());
      Optional<CommittedSegment> segment = manifest.segmentOf(fragments.get(start).id());
      int length = 2 + random.nextInt(4);
      return Coverage.of(
          fragments.stream()
              .skip(start)
              .limit(length)
              .takeWhile(fragment -> manifest.segmentOf(fragment.id()).equals(segment))
              .mapToInt(Fragment::id));
    }

    private void rewriteAsOthersDo() {
      ManifestVersion manifest = dataset.manifest();
      dataset.rewrite(manifest.version(), neighbours(manifest));
    }

    private void compact(SimulatedJob job) {
      ManifestVersion manifest = dataset.manifest();
      if (!manifest.fragments().isEmpty()) {
        CompactionGroup candidate =
            new CompactionGroup(manifest.version(), neighbours(manifest), 1_000);
        Coverage busy = Coverage.union(compactions.stream().map(CompactionGroup::fragments));
        job.chooseCompaction(candidate, busy).ifPresent(compactions::add);
      }
      if (!compactions.isEmpty() && random.nextBoolean()) {
        CompactionGroup done = compactions.remove(random.nextInt(compactions.size()));
        dataset.rewrite(done.version(), done.fragments());
      }
    }

    /** Another tool covers some fragments, or merges two segments, with its own model. */
    private void indexAsOthersDo() {
      ManifestVersion manifest = dataset.manifest();
      List<CommittedSegment> segments = manifest.index().segments();
      List<CommittedSegment> replaced =
          segments.size() > 1 && random.nextBoolean() ? segments.subList(0, 2) : List.of();
      Coverage some = Coverage.of(manifest.uncovered().stream().filter(f -> random.nextBoolean()));
      Coverage coverage =
          Coverage.union(replaced.stream().map(CommittedSegment::coverage))
              .intersect(manifest.live())
              .union(some);
      if (coverage.isEmpty()) {
        return;
      }
      Map<Integer, SimulatedDataset.Entries> slots = new HashMap<>();
      for (Fragment fragment : manifest.fragments()) {
        if (coverage.contains(fragment.id())) {
          BitSet scanned = dataset.scan(manifest.version(), fragment.rows());
          slots.put(fragment.id(), new SimulatedDataset.Entries(fragment.fingerprint(), scanned));
        }
      }
      UUID uuid = uuids.get();
      String model = random.nextBoolean() ? "foreign" : "unknown";
      dataset.write(uuid, new SimulatedDataset.SegmentRows(model, slots));
      assertThat(
              dataset.commitIndex(
                  manifest.version(), new CommittedSegment(uuid, coverage), replaced))
          .isTrue();
    }

    /** Nobody else writes, nothing fails, and clocks run out: the jobs must cover everything. */
    private void becomeQuiet() {
      int rounds = 0;
      while (!dataset.manifest().uncovered().isEmpty()
          || !jobs.stream().allMatch(SimulatedJob::isIdle)) {
        assertThat(rounds++).as("rounds until all is covered").isLessThan(8);
        now = now.plus(SimulatedJob.FORGET);
        jobs.forEach(job -> job.drain(now));
        assertThat(CoverageCheck.violations(dataset.manifest())).isEmpty();
      }
      events.merge("rounds", rounds, Integer::sum);
      ManifestVersion manifest = dataset.manifest();
      Map<String, Integer> segments = new HashMap<>();
      for (CommittedSegment segment : manifest.index().segments()) {
        segments.merge(dataset.read(segment.uuid()).model(), 1, Integer::sum);
      }
      segments.remove("unknown");
      segments.forEach(
          (model, count) ->
              assertThat((long) count)
                  .as("segments of model %s", model)
                  .isLessThanOrEqualTo(SEGMENTS.maxSegments(manifest.liveRows())));
    }

    private <T> T any(List<T> list) {
      return list.get(random.nextInt(list.size()));
    }

    @Override
    public String toString() {
      return "Life " + seed;
    }
  }
}
