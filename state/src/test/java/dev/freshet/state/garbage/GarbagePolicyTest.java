package dev.freshet.state.garbage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GarbagePolicyTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration GRACE = Duration.ofHours(1);
  private static final Duration DATA_GRACE = Duration.ofHours(5);
  private static final GarbagePolicy POLICY = new GarbagePolicy(GRACE, DATA_GRACE);

  @Test
  void aGracePeriodIsNotNegative() {
    assertThatThrownBy(() -> new GarbagePolicy(Duration.ofSeconds(-1), DATA_GRACE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A grace period is not negative: PT-1S");
  }

  @Test
  void ageIsCountedToTheInstant() {
    StoredObject segment = object(GarbageKind.SEGMENT, "s", START);
    assertThat(garbage(List.of(segment), Set.of(), START.plus(GRACE).minusMillis(1))).isEmpty();
    assertThat(garbage(List.of(segment), Set.of(), START.plus(GRACE))).containsExactly(segment);
    assertThat(garbage(List.of(segment), Set.of("s"), START.plus(GRACE))).isEmpty();
  }

  @Test
  void nothingIsPublishedInTheLastHour() {
    GarbagePolicy policy = GarbagePolicy.DEFAULT;
    Instant day = START.plus(GarbagePolicy.DEFAULT_GRACE).minus(GarbagePolicy.MARGIN);
    assertThat(policy.mayPublish(GarbageKind.SEGMENT, START, day.minusMillis(1))).isTrue();
    assertThat(policy.mayPublish(GarbageKind.SEGMENT, START, day)).isFalse();
    assertThat(policy.mayPublish(GarbageKind.DATA_FILE, START, day)).isTrue();
  }

  @Test
  void dataFilesHaveAPeriodOfTheirOwn() {
    StoredObject file = object(GarbageKind.DATA_FILE, "f.lance", START);
    assertThat(garbage(List.of(file), Set.of(), START.plus(GRACE))).isEmpty();
    assertThat(garbage(List.of(file), Set.of(), START.plus(DATA_GRACE))).containsExactly(file);
  }

  @Test
  void aModelStaysWhileAJobIsAtWork() {
    Instant now = START.plus(GRACE.multipliedBy(10));
    StoredObject model = object(GarbageKind.SEGMENT, "model", START);
    StoredObject shard = object(GarbageKind.SEGMENT, "shard", now.minusSeconds(1));
    StoredObject old = object(GarbageKind.SEGMENT, "old", START);
    assertThat(garbage(List.of(model, shard, old), Set.of(), now)).containsExactly(old);
    assertThat(garbage(List.of(model, shard, old), Set.of("shard"), now))
        .as("what was published is no sign of work")
        .containsExactly(model, old);
  }

  /** A dataset's life: jobs write, publish within their time or die; old versions are forgotten. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void nothingOfUseGoesAndNothingElseStays(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    World world = new World(random);
    for (int step = 0; step < 2000; step++) {
      world.step();
      if (random.nextInt(20) == 0) {
        world.collect("step " + step + ", seed " + seed);
      }
    }
    world.held.clear();
    world.now = world.now.plus(DATA_GRACE).plus(GRACE);
    world.collect("the end, seed " + seed);
    assertThat(world.stored)
        .as("all that is left is named, seed %d", seed)
        .allMatch(object -> world.named.contains(object.name()));
    assertThat(world.removed).as("removed in all, seed %d", seed).isGreaterThan(50);
    assertThat(world.published).as("published in all, seed %d", seed).isGreaterThan(50);
  }

  /** What is stored, what is named, and what jobs that live still hold. */
  private static final class World {

    private final SplittableRandom random;
    private final List<StoredObject> stored = new ArrayList<>();
    private final List<StoredObject> held = new ArrayList<>();
    private final Set<String> named = new HashSet<>();
    private Instant now = START;
    private int names;
    private int removed;
    private int published;

    private World(SplittableRandom random) {
      this.random = random;
    }

    private void step() {
      now = now.plusSeconds(random.nextInt(1, 300));
      held.removeIf(object -> isOverdue(object) && publish(object));
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> write();
        case 3 -> held.removeIf(object -> random.nextBoolean() && publish(object));
        case 4 -> held.removeIf(object -> random.nextInt(8) == 0); // its job dies
        default -> named.removeIf(name -> random.nextInt(10) == 0); // a cleanup of versions
      }
    }

    private void write() {
      List<GarbageKind> kinds = List.of(GarbageKind.values());
      GarbageKind kind = kinds.get(random.nextInt(kinds.size()));
      StoredObject object = object(kind, "object-" + names++, now);
      stored.add(object);
      held.add(object);
    }

    /** A job publishes what it has written before the grace period is over. */
    private boolean isOverdue(StoredObject object) {
      Duration period = object.kind() == GarbageKind.DATA_FILE ? DATA_GRACE : GRACE;
      return now.isAfter(object.modified().plus(period).minusSeconds(600));
    }

    private boolean publish(StoredObject object) {
      named.add(object.name());
      published++;
      return true;
    }

    private void collect(String when) {
      List<StoredObject> garbage = garbage(stored, named, now);
      assertThat(garbage)
          .as(when)
          .noneMatch(object -> named.contains(object.name()) || held.contains(object));
      stored.removeAll(garbage);
      removed += garbage.size();
    }
  }

  private static List<StoredObject> garbage(
      List<StoredObject> stored, Set<String> named, Instant now) {
    return POLICY.garbage(stored, named, now, object -> object.name().equals("model"));
  }

  private static StoredObject object(GarbageKind kind, String name, Instant modified) {
    return new StoredObject(kind, kind + "/" + name, name, 10, modified);
  }
}
