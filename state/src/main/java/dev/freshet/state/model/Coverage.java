package dev.freshet.state.model;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** An immutable set of fragment ids. */
public final class Coverage {

  private static final Coverage EMPTY = new Coverage(new int[0]);

  private final int[] fragments;

  private Coverage(int[] ascending) {
    this.fragments = ascending;
  }

  public static Coverage empty() {
    return EMPTY;
  }

  public static Coverage of(int... fragments) {
    return of(IntStream.of(fragments));
  }

  public static Coverage of(Collection<Integer> fragments) {
    return of(fragments.stream().mapToInt(Integer::intValue));
  }

  /**
   * The distinct ids of the stream.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public static Coverage of(IntStream fragments) {
    int[] ascending = fragments.sorted().distinct().toArray();
    if (ascending.length > 0 && ascending[0] < 0) {
      throw new IllegalArgumentException("A fragment id is not negative: " + ascending[0]);
    }
    return ascending.length == 0 ? EMPTY : new Coverage(ascending);
  }

  /** The union of all. */
  public static Coverage union(Stream<Coverage> coverages) {
    return of(coverages.flatMapToInt(Coverage::stream));
  }

  public boolean contains(int fragment) {
    return Arrays.binarySearch(fragments, fragment) >= 0;
  }

  public boolean containsAll(Coverage other) {
    return other.stream().allMatch(this::contains);
  }

  public boolean intersects(Coverage other) {
    return size() < other.size()
        ? stream().anyMatch(other::contains)
        : other.stream().anyMatch(this::contains);
  }

  public Coverage union(Coverage other) {
    return of(IntStream.concat(stream(), other.stream()));
  }

  public Coverage minus(Coverage other) {
    return filter(fragment -> !other.contains(fragment));
  }

  public Coverage intersect(Coverage other) {
    return filter(other::contains);
  }

  private Coverage filter(IntPredicate keep) {
    return of(stream().filter(keep));
  }

  public boolean isEmpty() {
    return fragments.length == 0;
  }

  public int size() {
    return fragments.length;
  }

  /** The ids, ascending. */
  public IntStream stream() {
    return IntStream.of(fragments);
  }

  /** The ids, ascending. */
  public List<Integer> toList() {
    return stream().boxed().toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Coverage coverage && Arrays.equals(fragments, coverage.fragments);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(fragments);
  }

  /** Runs as intervals, for example {@code [0-4,7]}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < fragments.length; ) {
      int end = i;
      while (end + 1 < fragments.length && fragments[end + 1] == fragments[end] + 1) {
        end++;
      }
      text.append(i == 0 ? "" : ",").append(fragments[i]);
      if (end > i) {
        text.append('-').append(fragments[end]);
      }
      i = end + 1;
    }
    return text.append(']').toString();
  }
}
