package dev.freshet.sql.sink;

import dev.freshet.lance.write.WrittenFragments;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What one version is to change.
 *
 * @param fragments rows to add, at most one of a key if the table has a primary key
 * @param keys of rows to delete first: those that are replaced, and those that go; empty if the
 *     table has no primary key
 */
record Change(WrittenFragments fragments, Set<RowKey> keys) {

  static final Change NOTHING = append(new WrittenFragments(List.of()));

  Change {
    Objects.requireNonNull(fragments, "fragments");
    keys = Set.copyOf(keys);
  }

  static Change append(WrittenFragments fragments) {
    return new Change(fragments, Set.of());
  }

  /** The changes of several writers, none of which has a key of another's. */
  static Change union(List<Change> parts) {
    Set<RowKey> keys = new HashSet<>();
    parts.forEach(part -> keys.addAll(part.keys()));
    return new Change(WrittenFragments.union(parts.stream().map(Change::fragments).toList()), keys);
  }

  boolean isEmpty() {
    return fragments.isEmpty() && keys.isEmpty();
  }
}
