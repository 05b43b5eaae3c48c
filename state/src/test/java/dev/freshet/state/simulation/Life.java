package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.garbage.StoredObject;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.ScalarType;
import dev.freshet.state.planning.CoverageCheck;
import dev.freshet.state.planning.ModelLineage;
import dev.freshet.state.planning.ShardPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One random life of an index, with one or two jobs that keep it fresh. */
final class Life {
  private static final int MAX_SECONDS_BACK = 600;
  private static final int MAX_MINUTES_STILL = 240;
  private static final int MAX_IN_FLIGHT = 600;
  private static final int WORTH_ROWS = 30;
  private static final int ROUNDS = 8;
  private static final int MIN_ROUNDS = 2;
  private static final List<IndexKind> TYPES =
      List.of(
          IndexType.IVF_PQ,
          IndexType.IVF_HNSW_SQ,
          IndexType.IVF_PQ,
          IndexType.IVF_RQ,
          IndexType.IVF_PQ,
          ScalarType.BTREE);

  private final long seed;
  private final Map<String, Integer> events;
  private final Random random;
  private final SimulatedClock clock = new SimulatedClock();
  private final Faults faults;
  private final SimulatedDataset dataset;
  private final SimulatedWriters writers;
  private final SimulatedCollector collector;
  private final List<SimulatedJob> jobs = new ArrayList<>();
  private final Map<SimulatedJob, List<JobState>> snapshots = new HashMap<>();
  private final List<Action> actions = actions();
  private int step;

  Life(
      long seed,
      Map<String, Integer> events,
      BiFunction<Random, SimulatedClock, Faults> misfortunes) {
    this.seed = seed;
    this.events = events;
    this.random = new Random(seed);
    this.faults = misfortunes.apply(random, clock);
    Supplier<UUID> uuids = () -> new UUID(random.nextLong(), random.nextLong());
    this.dataset = new SimulatedDataset(clock, seed % 3 == 2);
    SimulatedTable table = new SimulatedTable(dataset, uuids);
    this.collector = new SimulatedCollector(dataset, clock, faults, random, events);
    this.writers = new SimulatedWriters(dataset, table, random, uuids);
    IndexKind type = TYPES.get((int) (seed / 2 % TYPES.size()));
    ShardPolicy policy = new ShardPolicy(50, 16, MAX_IN_FLIGHT, WORTH_ROWS, type.builder());
    for (int i = 0; i < 1 + seed % 2; i++) {
      SimulatedJob job =
          new SimulatedJob(dataset, table, clock, faults, type, policy, uuids, random, events);
      jobs.add(job);
      snapshots.put(job, new ArrayList<>(List.of(new JobState())));
    }
  }

  /** Lives through so many steps, and then until all is covered. */
  void run(int steps) {
    try {
      for (step = 0; step < steps; step++) {
        clock.advance(Duration.ofSeconds(random.nextInt(20)));
        int who = random.nextInt(16);
        if (who < 4) {
          writers.write();
        } else if (who == 4) {
          collector.advance();
        } else {
          advance(jobs.get(random.nextInt(jobs.size())), next().run());
        }
        assertThat(CoverageCheck.violations(dataset.manifest())).isEmpty();
      }
      becomeQuiet();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "Seed " + seed + ", step " + step + " (replay with -Dfreshet.seed=" + seed + ")", e);
    }
  }

  private void advance(SimulatedJob job, Consumer<SimulatedJob> step) {
    try {
      step.accept(job);
    } catch (Faults.Crash | Faults.StoreError e) {
      count("restart");
      job.restore(last(snapshots.get(job)));
    }
  }

  /** What a job, or what is around it, does next, and how often. */
  private record Action(int weight, Consumer<SimulatedJob> run) {}

  private List<Action> actions() {
    return List.of(
        new Action(2, this::misfortune),
        new Action(5, this::checkpoint),
        new Action(5, job -> job.discover(List.of())),
        new Action(4, job -> job.discover(writers.propose().stream().toList())),
        new Action(15, SimulatedJob::assign),
        new Action(5, SimulatedJob::planSegments),
        new Action(8, SimulatedJob::build),
        new Action(6, job -> job.publish(() -> {})),
        new Action(4, job -> job.publish(() -> race(job))),
        new Action(1, job -> job.recheck(() -> {})),
        new Action(2, job -> job.recheck(() -> race(job))),
        new Action(5, job -> job.compact(() -> {})),
        new Action(2, job -> job.compact(() -> race(job))),
        new Action(1, job -> dataset.landLate()));
  }

  private Action next() {
    int left = random.nextInt(actions.stream().mapToInt(Action::weight).sum());
    for (Action action : actions) {
      left -= action.weight();
      if (left < 0) {
        return action;
      }
    }
    throw new IllegalStateException("No action has any weight");
  }

  /** What happens between two steps of a job's publisher. */
  private void race(SimulatedJob job) {
    switch (random.nextInt(12)) {
      case 0, 7 -> writers.write();
      case 1 -> collector.advance();
      case 2 -> writers.index();
      case 3, 4 -> overtake(job);
      case 5, 6 -> writers.update();
      default -> {} // nobody comes
    }
  }

  /** Rows change, and the other job indexes what has become of them. */
  private void overtake(SimulatedJob job) {
    writers.update();
    for (SimulatedJob other : jobs) {
      if (other != job) {
        advance(other, SimulatedJob::drain);
      }
    }
  }

  private void checkpoint(SimulatedJob job) {
    faults.pass(Step.SNAPSHOT);
    snapshots.get(job).add(job.snapshot());
    faults.pass(Step.ACKNOWLEDGE);
    if (random.nextInt(4) == 0) {
      job.restore(last(snapshots.get(job)));
      faults.pass(Step.SAVEPOINT);
    }
  }

  private void misfortune(SimulatedJob job) {
    List<JobState> taken = snapshots.get(job);
    switch (random.nextInt(6)) {
      case 0 -> job.restore(new JobState());
      case 1 -> job.restore(taken.get(random.nextInt(taken.size())));
      case 2 -> clock.setBack(Duration.ofSeconds(random.nextInt(MAX_SECONDS_BACK)));
      case 3 -> clock.advance(Duration.ofMinutes(random.nextInt(MAX_MINUTES_STILL)));
      default -> job.damage();
    }
  }

  /** Nobody else writes, nothing fails, and clocks run out: the jobs must cover everything. */
  private void becomeQuiet() {
    faults.stop();
    dataset.landLate();
    int rounds = 0;
    long most = ROUNDS + dataset.manifest().liveRows() / MAX_IN_FLIGHT;
    while (rounds < MIN_ROUNDS
        || !dataset.manifest().uncovered().isEmpty()
        || hasFormerModels()
        || !jobs.stream().allMatch(SimulatedJob::isIdle)) {
      assertThat(rounds++).as("rounds until all is covered").isLessThan((int) most);
      clock.advance(SimulatedJob.STALL);
      jobs.forEach(SimulatedJob::drain);
      assertThat(CoverageCheck.violations(dataset.manifest())).isEmpty();
      count("rounds");
    }
    checkSegmentCount();
    checkGarbage();
    checkEntries();
  }

  /** Whether segments are left that another model's are to take the place of. */
  private boolean hasFormerModels() {
    ManifestVersion manifest = dataset.manifest();
    List<ModelReference> models =
        manifest.index().segments().stream()
            .filter(segment -> segment.coverage().intersects(manifest.live()))
            .flatMap(segment -> dataset.store.model(segment.uuid()).stream())
            .filter(model -> !model.id().equals("unknown"))
            .toList();
    ModelLineage lineage = dataset.store.lineage.of(models);
    return models.stream().anyMatch(model -> lineage.successor(Optional.of(model)).isPresent());
  }

  private void checkEntries() {
    EntryInvariants invariants = new EntryInvariants(dataset.latest(), dataset.store);
    invariants.eachRowHasOneEntry(dataset.manifest().live());
    invariants.noEntryIsAstray();
    invariants.allRowsAreFoundOnce();
  }

  /** A grace period later nothing is stored but what a version names. */
  private void checkGarbage() {
    clock.advance(SimulatedCollector.POLICY.grace());
    collector.collect();
    Set<String> names = dataset.names();
    assertThat(dataset.store.list()).extracting(StoredObject::name).isSubsetOf(names);
    ManifestVersion manifest = dataset.manifest();
    for (CommittedSegment segment : manifest.index().segments()) {
      assertThat(
              segment.coverage().intersects(manifest.live())
                  && dataset.store.read(segment.uuid()).damaged())
          .as("%s", segment)
          .isFalse();
    }
  }

  private void checkSegmentCount() {
    ManifestVersion manifest = dataset.manifest();
    List<String> models =
        manifest.index().segments().stream()
            .map(segment -> dataset.store.read(segment.uuid()).model())
            .toList();
    Map<String, Integer> segments = new HashMap<>();
    models.forEach(
        model -> segments.merge(dataset.store.lineage.newest(model, models), 1, Integer::sum));
    segments.remove("unknown");
    segments.forEach(
        (model, count) ->
            assertThat((long) count)
                .as("segments of model %s", model)
                .isLessThanOrEqualTo(SimulatedJob.SEGMENTS.maxSegments(manifest.liveRows())));
  }

  long rowsWritten() {
    return jobs.stream().mapToLong(SimulatedJob::rowsWritten).sum();
  }

  long rowsPublished() {
    return jobs.stream().mapToLong(SimulatedJob::rowsPublished).sum();
  }

  Map<Step, Faults.Counts> counts() {
    return faults.counts();
  }

  private void count(String event) {
    events.merge(event, 1, Integer::sum);
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }
}
