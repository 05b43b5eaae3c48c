package dev.freshet.state.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoverageTest {

  @Test
  void runsArePrintedAsIntervals() {
    assertThat(Coverage.of(7, 0, 2, 1, 3, 4)).hasToString("[0-4,7]");
    assertThat(Coverage.empty()).hasToString("[]");
    assertThat(Coverage.of(Integer.MAX_VALUE - 1, Integer.MAX_VALUE))
        .hasToString("[2147483646-2147483647]");
  }

  @Test
  void noIdIsNegative() {
    assertThatThrownBy(() -> Coverage.of(3, -2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A fragment id is not negative: -2");
  }

  /** Dense, sparse and mixed sets are held differently, and must be the same sets. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void isASetOfIds(int seed) {
    Random random = new Random(seed);
    Set<Integer> a = ids(random);
    Set<Integer> b = ids(random);
    Coverage left = Coverage.of(a);
    Coverage right = Coverage.of(b);
    assertSame(left.union(right), union(a, b));
    assertSame(Coverage.union(Stream.of(left, right, left)), union(a, b));
    Set<Integer> both = new TreeSet<>(a);
    both.retainAll(b);
    assertSame(left.intersect(right), both);
    Set<Integer> rest = new TreeSet<>(a);
    rest.removeAll(b);
    assertSame(left.minus(right), rest);
    assertThat(left.intersects(right)).isEqualTo(!both.isEmpty());
    assertThat(left.containsAll(right)).isEqualTo(a.containsAll(b));
    assertThat(left.containsAll(left.intersect(right))).isTrue();
    assertThat(left.minus(right).intersects(right)).isFalse();
    assertSame(left, a);
    assertSame(right, b);
  }

  private static void assertSame(Coverage coverage, Set<Integer> ids) {
    List<Integer> ascending = List.copyOf(new TreeSet<>(ids));
    assertThat(coverage.toList()).isEqualTo(ascending);
    assertThat(coverage.size()).isEqualTo(ids.size());
    assertThat(coverage.isEmpty()).isEqualTo(ids.isEmpty());
    assertThat(coverage.first().stream().boxed().toList())
        .isEqualTo(ascending.stream().limit(1).toList());
    Coverage oneByOne = Coverage.empty();
    for (int id : ascending) {
      oneByOne = oneByOne.union(Coverage.of(id));
    }
    assertThat(coverage).isEqualTo(oneByOne).hasSameHashCodeAs(oneByOne);
    assertThat(coverage.contains(1_000_000)).isFalse();
    ids.forEach(id -> assertThat(coverage.contains(id)).isTrue());
  }

  private static Set<Integer> union(Set<Integer> a, Set<Integer> b) {
    Set<Integer> all = new TreeSet<>(a);
    all.addAll(b);
    return all;
  }

  private static Set<Integer> ids(Random random) {
    Set<Integer> ids = new TreeSet<>();
    int start = random.nextInt(70_000);
    IntStream.range(start, start + random.nextInt(1_500)).forEach(ids::add);
    random.ints(random.nextInt(300), 0, 100_000).forEach(ids::add);
    return ids;
  }
}
