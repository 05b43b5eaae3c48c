package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Whole lives of an index under random appends, deletes, compactions, other writers, lost messages
 * and restarts; the idea of Lucene's BaseMergePolicyTestCase.
 *
 * <p>One life is replayed with {@code -Dfreshet.seed=<seed>}.
 */
class IndexLifeSimulationTest {

  private static final int SEEDS = 300;
  private static final int STEPS = 400;

  /** What must happen more than ten times, lest the lives become dull. */
  private static final List<String> COMMON =
      List.of(
          "abandoned",
          "absorbed",
          "attempts",
          "collected",
          "compacted",
          "conflicts",
          "dropped",
          "encoded again",
          "left as gone",
          "left flight",
          "lingers",
          "not compacted",
          "plan",
          "published",
          "of grown models",
          "pure merge",
          "purged",
          "rebuilt",
          "rechecked",
          "replanned",
          "rewrite lost",
          "rounds",
          "shards",
          "unbuilt",
          "unmappable",
          "waiting",
          "withdrawn");

  @Test
  void indexConvergesWhateverHappens() {
    Optional<Long> one = Optional.ofNullable(Long.getLong("freshet.seed"));
    Map<String, Integer> events = new TreeMap<>();
    long written = 0;
    long published = 0;
    for (long seed = one.orElse(0L); seed <= one.orElse(SEEDS - 1L); seed++) {
      Life life = new Life(seed, events, (random, clock) -> Faults.none(clock));
      life.run(STEPS);
      written += life.rowsWritten();
      published += life.rowsPublished();
    }
    System.out.printf(
        "Rows written by shards and segments: %d, published for the first time: %d, write"
            + " amplification %.2f%n%s%n",
        written, published, (double) written / published, events);
    if (one.isEmpty()) {
      COMMON.forEach(
          event ->
              assertThat(events.getOrDefault(event, 0))
                  .as("'%s' among %s", event, events)
                  .isGreaterThan(10));
      assertThat(events.get("published")).isGreaterThan(1000);
      assertThat(events.get("compacted")).isGreaterThan(100);
    }
  }
}
