package dev.freshet.operators.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.ShardTask;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardKeySelectorTest {

  private static final int KEY_GROUPS = 128;

  private final ShardKeySelector selector = new ShardKeySelector(KEY_GROUPS);

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void consecutiveShardsAreSpreadEvenly(int parallelism) {
    int rounds = 6;
    for (int first : new int[] {0, 1, 7, 1000}) {
      int[] shards = new int[parallelism];
      IntStream.range(first, first + rounds * parallelism)
          .forEach(number -> shards[subtask(selector.getKey(task(number, 0)), parallelism)]++);
      for (int count : shards) {
        assertThat(count)
            .as("shards from %s over %s subtasks: %s", first, parallelism, shards)
            .isBetween(rounds - 2, rounds + 2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void eachRoundBusiesEverySubtask(int parallelism) {
    for (int first = 0; first < 4 * parallelism; first += parallelism) {
      assertThat(
              IntStream.range(first, first + parallelism)
                  .mapToObj(number -> subtask(selector.getKey(task(number, 0)), parallelism)))
          .as("shards from %s", first)
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, parallelism).boxed().toList());
    }
  }

  @Test
  void tasksOfAShardHaveOneKey() {
    for (int number = 0; number < 300; number++) {
      assertThat(selector.getKey(task(number, 1))).isEqualTo(selector.getKey(task(number, 0)));
    }
    assertThat(selector.getKey(task(3, 0))).startsWith("12-3#");
    assertThat(IntStream.range(0, 300).mapToObj(number -> selector.getKey(task(number, 0))))
        .doesNotHaveDuplicates();
  }

  @Test
  void oneKeyGroupIsAllowed() {
    assertThat(new ShardKeySelector(1).getKey(task(5, 0))).isEqualTo("12-5#0");
  }

  @Test
  void keyGroupsAreAPowerOfTwo() {
    assertThatThrownBy(() -> new ShardKeySelector(100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Key groups must be a power of two, not 100");
  }

  private static int subtask(String key, int parallelism) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(key, KEY_GROUPS, parallelism);
  }

  private static AssignTask task(int number, int index) {
    return new AssignTask(
        new ShardTask("12-" + number, 12, index, 2, List.of(new RowRange(index, 0, 1, 1))),
        Optional.of(new ModelReference("m", new UUID(0, 0))));
  }
}
