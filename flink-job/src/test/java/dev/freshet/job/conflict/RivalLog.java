package dev.freshet.job.conflict;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What became of the changes of the other writers. */
final class RivalLog {

  private final Map<Long, Map<Author, Long>> landed = new TreeMap<>();
  private final Map<Author, Integer> refused = new EnumMap<>(Author.class);
  private final Map<String, Integer> failed = new TreeMap<>();
  private int unable;

  /** The open dataset has moved on to a version; perhaps another's, if there was nothing to do. */
  synchronized void landed(Author author, long read, long version) {
    landed.computeIfAbsent(version, unknown -> new EnumMap<>(Author.class)).put(author, read);
  }

  /** Lance gave up, as another writer was faster. */
  synchronized void refused(Author author) {
    refused.merge(author, 1, Integer::sum);
  }

  /** Lance could not do it, whoever else writes. */
  synchronized void unable() {
    unable++;
  }

  synchronized int timesUnable() {
    return unable;
  }

  /** Something else went wrong. */
  synchronized void failed(Author author, Exception e) {
    String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    failed.merge(author + ": " + e.getClass().getSimpleName() + " " + what, 1, Integer::sum);
  }

  /** Who says to have made a version, and from which. */
  synchronized Map<Author, Long> landed(long version) {
    return Map.copyOf(landed.getOrDefault(version, Map.of()));
  }

  synchronized int refusals(Author author) {
    return refused.getOrDefault(author, 0);
  }

  /** What else went wrong, a line each. */
  synchronized List<String> failed() {
    return failed.entrySet().stream()
        .map(one -> one.getValue() + " times " + one.getKey())
        .toList();
  }
}
