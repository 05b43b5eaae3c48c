package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Lives in which processes die and storage fails at every step of the protocol, each schedule with
 * more of it at one step.
 *
 * <p>One schedule is replayed with {@code -Dfreshet.seed=<seed>}; {@code -Dfreshet.schedules=10000}
 * runs more of them.
 */
class FaultScheduleTest {

  private static final List<Step> STEPS_OF_PROTOCOL = List.of(Step.values());
  private static final int SCHEDULES = 500;
  private static final int STEPS = 400;
  private static final double RATE = 0.002;

  private final Map<Step, Faults.Counts> counts = new EnumMap<>(Step.class);
  private final Map<Step, List<String>> violations = new EnumMap<>(Step.class);

  @Test
  void noFaultAtAnyStepMakesAWrongIndex() {
    Optional<Long> one = Optional.ofNullable(Long.getLong("freshet.seed"));
    long schedules = Long.getLong("freshet.schedules", SCHEDULES);
    Map<String, Integer> events = new TreeMap<>();
    for (long seed = one.orElse(0L); seed <= one.orElse(schedules - 1); seed++) {
      run(seed, events);
    }
    System.out.print(table(one.isPresent() ? 1 : schedules));
    System.out.println(events);
    assertThat(violations).isEmpty();
    if (one.isEmpty()) {
      assertThat(counts.keySet()).containsExactlyInAnyOrder(Step.values());
      counts.forEach(
          (step, count) -> assertThat(count.deaths()).as("deaths at %s", step).isPositive());
    }
  }

  private void run(long seed, Map<String, Integer> events) {
    Step focus = STEPS_OF_PROTOCOL.get((int) (seed % STEPS_OF_PROTOCOL.size()));
    Life life = new Life(seed, events, (random, clock) -> Faults.of(random, clock, RATE, focus));
    try {
      life.run(STEPS);
    } catch (AssertionError e) {
      violations
          .computeIfAbsent(focus, step -> new ArrayList<>())
          .add(e.getMessage() + ": " + e.getCause());
    }
    life.counts().forEach((step, count) -> counts.merge(step, count, Faults.Counts::plus));
  }

  private String table(long schedules) {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            "%d schedules%n%-16s %9s %7s %7s %7s %10s  %s%n",
            schedules, "step", "passed", "deaths", "errors", "slow", "violations", "meaning"));
    counts.forEach(
        (step, count) ->
            table.append(
                String.format(
                    "%-16s %9d %7d %7d %7d %10d  %s%n",
                    step,
                    count.passed(),
                    count.deaths(),
                    count.failures(),
                    count.delays(),
                    violations.getOrDefault(step, List.of()).size(),
                    step.meaning())));
    return table.toString();
  }
}
