package dev.freshet.lance.verify;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.lance.dataset.UnsearchableSegmentException;
import dev.freshet.state.model.Coverage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.lance.ipc.FullTextQuery;
import org.lance.ipc.FullTextQuery.Operator;
import org.lance.ipc.ScanOptions;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Asks Lance for words of sampled texts by an index, and by reading the texts, and compares the
 * rows: those with a word, with both of two words, and with two words one after the other.
 *
 * <p>Texts are read by a search of a version whose index covers none of them: there Lance takes
 * them apart as the index does.
 */
public final class TextVerifier {

  private static final int TEXTS = 4;

  /** Of those that are asked for one by one, without reading all others. */
  private static final int SINGLE_TEXTS = 32;

  private static final int BATCH_ROWS = 1024;

  /** Two words that only a blank parts, as any analyzer takes them for two. */
  private static final Pattern PAIR =
      Pattern.compile("(?U)\\b([\\p{L}\\p{N}]{2,20}) ([\\p{L}\\p{N}]{2,20})\\b");

  private static final String NO_WORD_LEFT =
      "all columns in a record batch must have the same length";

  private static final int MOST_EXPANSIONS = 50; // of fuzzy words only, which are not asked for

  /**
   * Two neighbouring words of a text.
   *
   * @param row id of its row
   */
  private record Pair(long row, String first, String second) {

    String both() {
      return first + " " + second;
    }
  }

  private final String column;
  private final boolean phrases;
  private final boolean mayLeaveOut;
  private final long seed;

  /**
   * @param phrases whether the index knows where words stand
   * @param mayLeaveOut whether another version of Lance may have built the index, which leaves
   *     other words out of it, such as "all"
   * @param seed of the choice of texts
   */
  public TextVerifier(String column, boolean phrases, boolean mayLeaveOut, long seed) {
    this.column = column;
    this.phrases = phrases;
    this.mayLeaveOut = mayLeaveOut;
    this.seed = seed;
  }

  /**
   * What is wrong with the answers, one line; empty if nothing is. Reads the texts of the fragments
   * about ten times.
   *
   * @param indexed the version that is asked by the index
   * @param reading the same rows, with an index that covers none of them
   * @param fragments those whose rows are asked for
   * @param suspects rows whose words are asked for, too, some of them
   * @throws UnsearchableSegmentException if a query by the index fails
   */
  public Optional<String> difference(
      DatasetHandle indexed, DatasetHandle reading, Coverage fragments, Roaring64Bitmap suspects)
      throws IOException {
    if (fragments.isEmpty()) {
      return Optional.empty();
    }
    List<Pair> pairs = new ArrayList<>(pairs(reading, fragments, TEXTS, row -> true));
    if (!suspects.isEmpty()) {
      pairs.addAll(pairs(reading, fragments, TEXTS, suspects::contains));
    }
    int asked = 0;
    int leftOut = 0;
    for (Pair pair : pairs) {
      List<Roaring64Bitmap> ofEach = new ArrayList<>();
      for (String word : List.of(pair.first(), pair.second())) {
        Roaring64Bitmap right = read(reading, fragments, word);
        Roaring64Bitmap found = ask(indexed, fragments, FullTextQuery.match(word, column));
        boolean isLeftOut = found.isEmpty() && !right.isEmpty() && mayLeaveOut;
        if (!isLeftOut && !found.equals(right)) {
          return Optional.of(wrong("the word '" + word + "'", found, right));
        }
        asked += right.isEmpty() ? 0 : 1;
        leftOut += isLeftOut ? 1 : 0;
        ofEach.add(found);
      }
      Roaring64Bitmap both = ofEach.get(0);
      both.and(ofEach.get(1));
      Optional<String> together =
          both.contains(pair.row()) ? together(indexed, fragments, pair, both) : Optional.empty();
      if (together.isPresent()) {
        return together;
      }
    }
    return asked > 0 && asked == leftOut
        ? Optional.of("it finds no row by any of " + asked + " words that rows have")
        : Optional.empty();
  }

  /**
   * The same of nothing but the index: whether it finds sampled rows by their own words. It cannot
   * tell whether it finds rows that it should not.
   */
  public Optional<String> unfound(DatasetHandle indexed, Coverage fragments) throws IOException {
    for (Pair pair : pairs(indexed, fragments, SINGLE_TEXTS, row -> true)) {
      Roaring64Bitmap found =
          ask(indexed, Optional.empty(), FullTextQuery.match(pair.both(), column));
      if (!found.isEmpty() && !found.contains(pair.row())) {
        return Optional.of("it does not find a row by its words '" + pair.both() + "'");
      }
    }
    return Optional.empty();
  }

  /**
   * The row of the pair is found by both words, and by one after the other.
   *
   * @param right rows that have both
   */
  private Optional<String> together(
      DatasetHandle indexed, Coverage fragments, Pair pair, Roaring64Bitmap right)
      throws IOException {
    FullTextQuery both =
        FullTextQuery.match(
            pair.both(), column, 1, Optional.of(0), MOST_EXPANSIONS, Operator.AND, 0);
    Roaring64Bitmap all = ask(indexed, fragments, both);
    Roaring64Bitmap strays = all.clone();
    strays.andNot(right);
    if (!all.contains(pair.row()) || !strays.isEmpty()) {
      return Optional.of(wrong("both words of '" + pair.both() + "'", all, right));
    }
    return phrases
            && !ask(indexed, fragments, FullTextQuery.phrase(pair.both(), column))
                .contains(pair.row())
        ? Optional.of("it does not find a row by its words '" + pair.both() + "'")
        : Optional.empty();
  }

  private static String wrong(String by, Roaring64Bitmap found, Roaring64Bitmap right) {
    return "it finds "
        + found.getLongCardinality()
        + " rows by "
        + by
        + " where "
        + right.getLongCardinality()
        + " are right";
  }

  /**
   * The rows with a word, by reading the texts; none if it is a word that the index leaves out,
   * such as "the": Lance 7.0.0 fails if no word is left.
   */
  private Roaring64Bitmap read(DatasetHandle reading, Coverage fragments, String word)
      throws IOException {
    try {
      return ask(reading, fragments, FullTextQuery.match(word, column));
    } catch (UnsearchableSegmentException e) {
      if (e.getMessage().contains(NO_WORD_LEFT)) {
        return new Roaring64Bitmap();
      }
      throw new IOException("Lance cannot read the texts of " + reading, e);
    }
  }

  private Roaring64Bitmap ask(DatasetHandle handle, Coverage fragments, FullTextQuery query)
      throws IOException {
    return ask(handle, Optional.of(fragments), query);
  }

  /**
   * @param fragments of an index of one segment only: of several Lance 7.0.0 then asks one
   */
  private Roaring64Bitmap ask(
      DatasetHandle handle, Optional<Coverage> fragments, FullTextQuery query) throws IOException {
    Roaring64Bitmap rows = new Roaring64Bitmap();
    ScanOptions.Builder options =
        new ScanOptions.Builder().columns(List.of("_score")).withRowId(true).fullTextQuery(query);
    fragments.ifPresent(some -> options.fragmentIds(some.toList()).prefilter(true));
    try (BatchScan scan = new BatchScan(handle, options.build())) {
      while (scan.next()) {
        UInt8Vector ids = (UInt8Vector) scan.batch().getVector("_rowid");
        for (int row = 0; row < scan.batch().getRowCount(); row++) {
          rows.addLong(ids.get(row));
        }
      }
    } catch (IOException | RuntimeException e) {
      throw LanceErrors.unsearchable(e);
    }
    return rows;
  }

  /** Of some texts, each with the same chance (reservoir sampling, Vitter's algorithm R). */
  private List<Pair> pairs(
      DatasetHandle handle, Coverage fragments, int most, LongPredicate candidates)
      throws IOException {
    Random random = new Random(seed);
    List<Pair> pairs = new ArrayList<>();
    ScanOptions options =
        new ScanOptions.Builder()
            .fragmentIds(fragments.toList())
            .columns(List.of(column))
            .withRowId(true)
            .batchSize(BATCH_ROWS)
            .build();
    long seen = 0;
    try (BatchScan scan = new BatchScan(handle, options)) {
      while (scan.next()) {
        ValueVector texts = scan.batch().getVector(column);
        UInt8Vector ids = (UInt8Vector) scan.batch().getVector("_rowid");
        for (int row = 0; row < scan.batch().getRowCount(); row++) {
          if (!texts.isNull(row) && candidates.test(ids.get(row))) {
            seen++;
            long place = pairs.size() < most ? pairs.size() : random.nextLong(seen);
            if (place < most) {
              pair(ids.get(row), texts.getObject(row).toString(), random)
                  .ifPresent(pair -> put(pairs, (int) place, pair));
            }
          }
        }
      }
    }
    return pairs;
  }

  private static Optional<Pair> pair(long row, String text, Random random) {
    List<MatchResult> found = PAIR.matcher(text).results().toList();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    MatchResult chosen = found.get(random.nextInt(found.size()));
    return Optional.of(new Pair(row, chosen.group(1), chosen.group(2)));
  }

  private static void put(List<Pair> pairs, int place, Pair pair) {
    if (place == pairs.size()) {
      pairs.add(pair);
    } else {
      pairs.set(place, pair);
    }
  }
}
