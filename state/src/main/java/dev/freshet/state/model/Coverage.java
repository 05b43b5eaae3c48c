package dev.freshet.state.model;

import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.roaringbitmap.RoaringBitmap;

/** An immutable set of fragment ids; runs of them take no more than their ends. */
public final class Coverage {

  private static final Coverage EMPTY = new Coverage(new RoaringBitmap());

  /** Never changed once it is here. */
  private final RoaringBitmap fragments;

  private Coverage(RoaringBitmap fragments) {
    this.fragments = fragments;
  }

  private static Coverage over(RoaringBitmap fragments) {
    if (fragments.isEmpty()) {
      return EMPTY;
    }
    fragments.runOptimize();
    return new Coverage(fragments);
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
    RoaringBitmap ids = new RoaringBitmap();
    fragments.sequential().forEach(ids::add);
    if (!ids.isEmpty() && ids.last() < 0) { // they are the last, as bitmaps know no sign
      throw new IllegalArgumentException("A fragment id is not negative: " + ids.last());
    }
    return over(ids);
  }

  /** The union of all. */
  public static Coverage union(Stream<Coverage> coverages) {
    return over(RoaringBitmap.or(coverages.map(coverage -> coverage.fragments).iterator()));
  }

  public boolean contains(int fragment) {
    return fragments.contains(fragment);
  }

  public boolean containsAll(Coverage other) {
    return fragments.contains(other.fragments);
  }

  public boolean intersects(Coverage other) {
    return RoaringBitmap.intersects(fragments, other.fragments);
  }

  public Coverage union(Coverage other) {
    return over(RoaringBitmap.or(fragments, other.fragments));
  }

  public Coverage minus(Coverage other) {
    return over(RoaringBitmap.andNot(fragments, other.fragments));
  }

  public Coverage intersect(Coverage other) {
    return over(RoaringBitmap.and(fragments, other.fragments));
  }

  public boolean isEmpty() {
    return fragments.isEmpty();
  }

  public int size() {
    return fragments.getCardinality();
  }

  /** The least id. */
  public OptionalInt first() {
    return isEmpty() ? OptionalInt.empty() : OptionalInt.of(fragments.first());
  }

  /** The ids, ascending. */
  public IntStream stream() {
    return IntStream.of(fragments.toArray());
  }

  /** The ids, ascending. */
  public List<Integer> toList() {
    return stream().boxed().toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Coverage coverage && fragments.equals(coverage.fragments);
  }

  @Override
  public int hashCode() {
    return isEmpty() ? 0 : 31 * (31 * size() + fragments.first()) + fragments.last();
  }

  /** Runs as intervals, for example {@code [0-4,7]}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int start = next(0); start >= 0; ) {
      int end = (int) fragments.nextAbsentValue(start) - 1;
      text.append(text.length() == 1 ? "" : ",").append(start);
      if (end > start) {
        text.append('-').append(end);
      }
      start = next(end + 1);
    }
    return text.append(']').toString();
  }

  /** The first id from one on, or -1. */
  private int next(int from) {
    return from < 0 ? -1 : (int) fragments.nextValue(from);
  }
}
