package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.Fragment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FragmentChoiceTest {

  private static final long MOST = 1000;

  @Test
  void allFragmentsAreComparedIfTheyAreFew() {
    List<Fragment> few = fragments(10, 100);
    assertThat(some(few, 1)).containsExactlyInAnyOrderElementsOf(few);
  }

  /** It must not take the place of all others. */
  @Test
  void oneThatIsTooLargeIsLeftOutAlone() {
    List<Fragment> small = fragments(10, 100);
    List<Fragment> all = new ArrayList<>(small);
    all.add(new Fragment(10, MOST + 1, 0, 0));
    for (int seed = 0; seed < 20; seed++) {
      assertThat(some(all, seed)).containsExactlyInAnyOrderElementsOf(small);
    }
  }

  @Test
  void othersAreChosenEachTime() {
    List<Fragment> many = fragments(100, 100);
    Set<Fragment> chosen = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      List<Fragment> some = some(many, seed);
      assertThat(some).hasSize(10);
      chosen.addAll(some);
    }
    assertThat(chosen).hasSize(100);
  }

  private static List<Fragment> some(List<Fragment> fragments, int seed) {
    return FragmentChoice.some(fragments, MOST, new Random(seed));
  }

  private static List<Fragment> fragments(int count, long rows) {
    return IntStream.range(0, count).mapToObj(id -> new Fragment(id, rows, 0, 0)).toList();
  }
}
