package dev.freshet.job.conflict;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Commits and conflicts of one or more trials, and what is wrong. */
final class ConflictReport {

  /**
   * Commits of an author.
   *
   * @param landed how many there are
   * @param overtaken those of them that another commit came before, after they were planned
   * @param refused attempts that were given up as another writer had won
   */
  record Tally(int landed, int overtaken, int refused) {

    Tally plus(Tally more) {
      return new Tally(landed + more.landed, overtaken + more.overtaken, refused + more.refused);
    }

    int conflicts() {
      return overtaken + refused;
    }
  }

  private final Map<Author, Tally> tallies = new EnumMap<>(Author.class);
  private final List<String> wrong = new ArrayList<>();
  private int mostConflicts;
  private int mostBetweenPublishes;
  private int judged;
  private int foreignDamage;
  private int takenBack;
  private int unable;

  void add(Author author, Tally more) {
    tallies.merge(author, more, Tally::plus);
  }

  /** Notes and prints what is wrong. */
  void addWrong(String where, List<String> found) {
    for (String one : found) {
      String line = where + ": " + one;
      wrong.add(line);
      System.out.println("WRONG: " + line);
    }
  }

  /** The most attempts at one segment that other writers won, in one trial. */
  void retried(int conflicts) {
    mostConflicts = Math.max(mostConflicts, conflicts);
  }

  /** The most commits of others between two publishes, in one trial. */
  void waited(int commits) {
    mostBetweenPublishes = Math.max(mostBetweenPublishes, commits);
  }

  /** A commit of the stream was judged. */
  void judged() {
    judged++;
  }

  /** A commit that left wrong what others had made so. */
  void damagedByOthers() {
    foreignDamage++;
  }

  /** A version over which a writer in place has raced, and which the stream took back at once. */
  void takenBack() {
    takenBack++;
  }

  /** So often Lance's own maintenance gave up at dead entries. */
  void unable(int times) {
    unable += times;
  }

  int conflicts() {
    return tallies.values().stream().mapToInt(Tally::conflicts).sum();
  }

  Tally of(Author author) {
    return tallies.getOrDefault(author, new Tally(0, 0, 0));
  }

  int mostConflicts() {
    return mostConflicts;
  }

  /** What is wrong, a line each. */
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** The table, in Markdown. */
  String table() {
    StringBuilder table = new StringBuilder();
    table.append("| writer | commits of | landed | of these overtaken | refused |\n");
    table.append("| --- | --- | ---: | ---: | ---: |\n");
    Tally all = new Tally(0, 0, 0);
    for (Author author : Author.values()) {
      table.append(line(author.who(), author.what(), of(author)));
      all = all.plus(of(author));
    }
    return table.append(line("all", "", all)) + summary();
  }

  private static String line(String who, String what, Tally tally) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %d | %d | %d |%n",
        who,
        what,
        tally.landed(),
        tally.overtaken(),
        tally.refused());
  }

  private String summary() {
    return String.format(
        Locale.ROOT,
        "%n%d conflicts; at most %d for one segment; at most %d other commits between two"
            + " publishes; %d commits of the stream judged, %d of them over damage by others, %d"
            + " made wrong by a race with one and taken back at once; `optimizeIndices` gave up %d"
            + " times at dead entries; %d violations%n",
        conflicts(),
        mostConflicts,
        mostBetweenPublishes,
        judged,
        foreignDamage,
        takenBack,
        unable,
        wrong.size());
  }
}
