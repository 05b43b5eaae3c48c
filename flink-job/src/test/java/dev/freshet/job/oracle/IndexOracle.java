package dev.freshet.job.oracle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.lance.Transaction;
import org.lance.Version;

/**
 * Says what is wrong with an index of a table of {@code id: int64} and a vector column, under L2.
 * It follows one table: each version is looked at once when it is new, and all that are retained
 * when asked to.
 */
public final class IndexOracle {

  /** What an index holds of the vectors, and so what its answers can be compared with. */
  public enum Codes {
    /** The vectors themselves (IVF_FLAT): answers are those of brute force. */
    WHOLE,
    /** IVF_PQ: answers are those of Lance's own index of the same model. */
    PRODUCT,
    /** Codes whose parameters Lance draws anew with each build (IVF_SQ, IVF_RQ, HNSW). */
    OTHER
  }

  private static final String TOKEN = "freshet.segment";
  private static final String UNREADABLE = "Invalid number or type of arguments passed to java";

  private final Path path;
  private final String index;
  private final String id;
  private final String column;
  private final Codes codes;
  private final long seed;
  private final Map<String, Long> tokens = new HashMap<>();
  private final Set<Integer> fragmentsEver = new TreeSet<>();
  private long seen;

  /**
   * @param codes what the index holds of the vectors
   * @param seed of the choice of queries
   */
  public IndexOracle(Path path, String index, String id, String column, Codes codes, long seed) {
    this.path = path;
    this.index = index;
    this.id = id;
    this.column = column;
    this.codes = codes;
    this.seed = seed;
  }

  /** Looks at the versions since the last look, and at the rows of the latest. */
  public List<String> look() throws IOException {
    List<String> wrong = new ArrayList<>(lookAtVersions());
    wrong.addAll(lookAtRows());
    return wrong;
  }

  /** Looks at the segments of the versions since the last look. */
  public List<String> lookAtVersions() {
    try (StoredTable latest = StoredTable.open(path, index)) {
      return history(latest);
    }
  }

  /** Looks at the rows and answers of the latest version. */
  public List<String> lookAtRows() throws IOException {
    try (StoredTable latest = StoredTable.open(path, index)) {
      return rows(latest, LiveRows.of(latest, id, column));
    }
  }

  /**
   * Looks at everything, when no writer is active and the index should be complete.
   *
   * @param expected ids of the rows that should be there
   */
  public List<String> judge(BitSet expected) throws IOException {
    try (StoredTable latest = StoredTable.open(path, index)) {
      List<String> wrong = new ArrayList<>(history(latest));
      LiveRows live = LiveRows.of(latest, id, column);
      wrong.addAll(rows(latest, live));
      Set<Integer> uncovered = latest.live();
      uncovered.removeAll(latest.covered());
      if (!uncovered.isEmpty()) {
        wrong.add("fragments " + uncovered + " are not covered");
      }
      wrong.addAll(contents(live, expected));
      wrong.addAll(sameModel(latest, live));
      wrong.addAll(files(latest));
      return wrong;
    }
  }

  /**
   * Looks at the rows and answers of one version, whenever it was. It is right to have no index,
   * and entries of rows that another writer has moved meanwhile, out of the coverage; then only the
   * answers from covered fragments are looked at.
   *
   * @throws IOException if it cannot be read
   */
  public List<String> lookAt(long version) throws IOException {
    try (StoredTable latest = StoredTable.open(path, index);
        StoredTable past = latest.at(version)) {
      LiveRows live = LiveRows.of(past, id, column);
      List<String> wrong = new ArrayList<>(CoverageInvariant.violations(past));
      RowInvariant.Findings found = RowInvariant.of(past, live);
      wrong.addAll(found.wrong());
      wrong.addAll(answers(past, live, found.waiting() > 0 ? past.covered() : past.live()));
      wrong.addAll(sameModel(past, live));
      return wrong;
    }
  }

  /** Ids of the rows that are wrong in one version, as far as the segments' entries tell. */
  public Set<Long> wrongRows(long version) throws IOException {
    try (StoredTable latest = StoredTable.open(path, index);
        StoredTable past = latest.at(version)) {
      return RowInvariant.of(past, LiveRows.of(past, id, column)).ids();
    }
  }

  private List<String> sameModel(StoredTable table, LiveRows live) throws IOException {
    return codes == Codes.PRODUCT
        ? SameModelInvariant.violations(
            table, index, column, SearchInvariant.queries(live.encodable(table.live()), seed))
        : List.of();
  }

  private List<String> rows(StoredTable latest, LiveRows live) throws IOException {
    List<String> wrong = new ArrayList<>(RowInvariant.of(latest, live).all());
    wrong.addAll(answers(latest, live, latest.live()));
    return wrong;
  }

  private List<String> answers(StoredTable table, LiveRows live, Set<Integer> fragments)
      throws IOException {
    SearchInvariant search =
        new SearchInvariant(
            table, live.encodable(fragments), live.hiddenByLance(table), id, column, fragments);
    List<String> wrong = new ArrayList<>(search.eachOnce(seed + seen));
    if (codes == Codes.WHOLE) {
      wrong.addAll(search.nearest(seed + seen));
    }
    return wrong;
  }

  private List<String> history(StoredTable latest) {
    List<String> wrong = new ArrayList<>();
    for (long version : retained(latest)) {
      if (version > seen) {
        try (StoredTable past = latest.at(version)) {
          fragmentsEver.addAll(past.live());
          wrong.addAll(CoverageInvariant.violations(past));
          wrong.addAll(CoverageInvariant.unknown(past, fragmentsEver));
          wrong.addAll(token(past, version));
        }
      }
    }
    seen = latest.dataset().version();
    return wrong;
  }

  /** The versions up to this one that nobody has removed, the oldest first. */
  private static List<Long> retained(StoredTable latest) {
    return latest.dataset().listVersions().stream()
        .map(Version::getId)
        .filter(version -> version <= latest.dataset().version())
        .sorted()
        .toList();
  }

  private List<String> token(StoredTable past, long version) {
    Optional<String> token = properties(past).map(properties -> properties.get(TOKEN));
    Optional<Long> before = token.map(known -> tokens.putIfAbsent(known, version));
    return before.isPresent()
        ? List.of(
            "segment " + token.get() + " was committed in " + before.get() + " and " + version)
        : List.of();
  }

  /** Lance cannot tell Java of a compaction that remapped segments; such a one has no token. */
  private static Optional<Map<String, String>> properties(StoredTable past) {
    try {
      return past.dataset().readTransaction().flatMap(Transaction::transactionProperties);
    } catch (RuntimeException e) {
      if (String.valueOf(e.getMessage()).contains(UNREADABLE)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static List<String> contents(LiveRows live, BitSet expected) {
    BitSet there = new BitSet();
    live.rows().values().forEach(row -> there.set((int) row.id()));
    BitSet lost = (BitSet) expected.clone();
    lost.andNot(there);
    BitSet alien = (BitSet) there.clone();
    alien.andNot(expected);
    List<String> wrong = new ArrayList<>();
    if (there.cardinality() != live.rows().size()) {
      wrong.add(live.rows().size() - there.cardinality() + " rows are in the table twice");
    }
    if (!lost.isEmpty() || !alien.isEmpty()) {
      wrong.add(
          lost.cardinality() + " rows are lost, " + alien.cardinality() + " are not expected");
    }
    return wrong;
  }

  private static List<String> files(StoredTable latest) {
    List<String> wrong = new ArrayList<>();
    Set<Path> known = new HashSet<>();
    for (long version : retained(latest)) {
      try (StoredTable past = latest.at(version)) {
        wrong.addAll(FileInvariant.violations(past, known));
      }
    }
    return wrong;
  }

  /** Segment directories that no retained version names; how many there are. */
  public int orphans() throws IOException {
    Path indices = path.resolve("_indices");
    if (!Files.isDirectory(indices)) {
      return 0;
    }
    Set<String> named = new HashSet<>();
    try (StoredTable latest = StoredTable.open(path, index)) {
      for (long version : retained(latest)) {
        try (StoredTable past = latest.at(version)) {
          past.dataset().getIndexes().forEach(segment -> named.add(segment.uuid().toString()));
        }
      }
    }
    try (Stream<Path> directories = Files.list(indices)) {
      return (int) directories.filter(one -> !named.contains(one.getFileName().toString())).count();
    }
  }

  /** The latest version. */
  public long version() {
    try (StoredTable latest = StoredTable.open(path, index)) {
      return latest.dataset().version();
    }
  }

  /** Segments of the latest version. */
  public int segments() {
    try (StoredTable latest = StoredTable.open(path, index)) {
      return latest.segments().size();
    }
  }

  /** Live fragments of the latest version that no segment covers. */
  public int uncovered() {
    try (StoredTable latest = StoredTable.open(path, index)) {
      Set<Integer> uncovered = latest.live();
      uncovered.removeAll(latest.covered());
      return uncovered.size();
    }
  }
}
