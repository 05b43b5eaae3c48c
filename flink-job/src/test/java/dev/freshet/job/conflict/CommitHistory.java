package dev.freshet.job.conflict;

import dev.freshet.job.writer.LanceTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.lance.Dataset;
import org.lance.Transaction;
import org.lance.operation.CreateIndex;
import org.lance.operation.Operation;
import org.lance.operation.ReserveFragments;
import org.lance.operation.Rewrite;

/** Who made the versions of a table, and which version each commit was planned on. */
final class CommitHistory {

  private static final String TOKEN = "freshet.segment";
  private static final String UNREADABLE = "Invalid number or type of arguments passed to java";
  private static final Pattern MANIFEST = Pattern.compile("(\\d{20})\\.manifest");

  /** The name of a transaction's file in a manifest: the version that was read comes first. */
  private static final Pattern TRANSACTION = Pattern.compile("(\\d+)-[0-9a-f-]{36}\\.txn");

  /**
   * A version.
   *
   * @param read the version on which it was planned
   * @param author empty if it only prepares another commit, or came before the trial
   * @param segments entries of indexes that came with it, or went if none came
   */
  record Commit(long version, long read, Optional<Author> author, boolean prepares, int segments) {}

  /** What a manifest says of its writer: Lance 12, where all others here have Lance 7. */
  private static final Pattern NEWEST = Pattern.compile("\n\u0005lance\u0012.12\\.");

  private final Map<Long, Commit> commits = new TreeMap<>();

  private CommitHistory() {}

  /**
   * Reads all versions; the file names of the manifests are those of Lance's second scheme.
   *
   * @param rivals what the other writers say
   */
  static CommitHistory read(Path table, RivalLog rivals) throws IOException {
    CommitHistory history = new CommitHistory();
    List<Path> manifests;
    try (Stream<Path> files = Files.list(table.resolve("_versions"))) {
      manifests = files.toList();
    }
    try (BufferAllocator allocator = new RootAllocator();
        Dataset latest = LanceTable.open(table, allocator)) {
      for (Path manifest : manifests) {
        Matcher name = MANIFEST.matcher(manifest.getFileName().toString());
        if (name.matches()) {
          long version = -1 - Long.parseUnsignedLong(name.group(1));
          history.add(latest, version, manifest, rivals.landed(version));
        }
      }
    }
    return history;
  }

  private void add(Dataset latest, long version, Path manifest, Map<Author, Long> rivals)
      throws IOException {
    String bytes = new String(Files.readAllBytes(manifest), StandardCharsets.ISO_8859_1);
    Optional<Transaction> transaction = transaction(latest, version);
    Class<? extends Operation> operation =
        transaction
            .<Class<? extends Operation>>map(it -> it.operation().getClass())
            .orElse(Rewrite.class);
    Optional<Map.Entry<Author, Long>> own =
        rivals.entrySet().stream().filter(it -> it.getKey().operation() == operation).findAny();
    commits.put(
        version,
        new Commit(
            version,
            own.map(Map.Entry::getValue).orElse(readVersion(manifest, bytes)),
            own.map(Map.Entry::getKey).or(() -> author(bytes, operation, transaction)),
            operation == ReserveFragments.class,
            transaction.map(CommitHistory::segments).orElse(0)));
  }

  private static int segments(Transaction transaction) {
    if (!(transaction.operation() instanceof CreateIndex changed)) {
      return 0;
    }
    int came = changed.getNewIndices().size();
    return came > 0 ? came : changed.getRemovedIndices().size();
  }

  /** Who made a commit that no other writer of this process made. */
  private static Optional<Author> author(
      String manifest, Class<? extends Operation> operation, Optional<Transaction> transaction) {
    if (operation == ReserveFragments.class) {
      return Optional.empty();
    }
    return NEWEST.matcher(manifest).find()
        ? Optional.of(Author.LANCEDB)
        : stage(operation, transaction);
  }

  /** The part of Freshet that made a commit that no other writer made. */
  private static Optional<Author> stage(
      Class<? extends Operation> operation, Optional<Transaction> transaction) {
    if (operation == Rewrite.class) {
      return Optional.of(Author.MAINTAINER);
    }
    if (operation == CreateIndex.class) {
      boolean token =
          transaction
              .flatMap(Transaction::transactionProperties)
              .filter(properties -> properties.containsKey(TOKEN))
              .isPresent();
      return Optional.of(token ? Author.PUBLISHER : Author.RECHECKER);
    }
    return Optional.empty();
  }

  /** Empty if it is that of a compaction that remapped segments: Lance cannot give it to Java. */
  private static Optional<Transaction> transaction(Dataset latest, long version) {
    try (Dataset past = latest.checkoutVersion(version)) {
      return past.readTransaction();
    } catch (RuntimeException e) {
      if (String.valueOf(e.getMessage()).contains(UNREADABLE)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static long readVersion(Path manifest, String bytes) throws IOException {
    Matcher transaction = TRANSACTION.matcher(bytes);
    if (!transaction.find()) {
      throw new IOException(manifest + " names no transaction");
    }
    return Long.parseLong(transaction.group(1));
  }

  /** The versions that somebody made in the trial, the oldest first. */
  List<Commit> commits() {
    return commits.values().stream().filter(commit -> commit.author().isPresent()).toList();
  }

  /** Whether another commit landed since the version that this one was planned on. */
  boolean wasOvertaken(Commit commit) {
    for (long version = commit.read() + 1; version < commit.version(); version++) {
      if (!commits.get(version).prepares()) {
        return true;
      }
    }
    return false;
  }

  /** Whether a fragment was rewritten in place since the version that this one was planned on. */
  boolean raced(Commit commit) {
    return of(Author.REWRITER).stream()
        .anyMatch(it -> it.version() > commit.read() && it.version() < commit.version());
  }

  /** Whether the stream's next commit after a version withdraws something. */
  boolean isTakenBack(long version) {
    return commits().stream()
        .filter(it -> it.version() > version && it.author().get().isFreshet())
        .findFirst()
        .filter(it -> it.author().get() == Author.RECHECKER)
        .isPresent();
  }

  /** The most commits of others between two publishes of the stream. */
  int mostBetweenPublishes() {
    int most = 0;
    int between = 0;
    for (Commit commit : commits()) {
      between = commit.author().get() == Author.PUBLISHER ? 0 : between + 1;
      most = Math.max(most, between);
    }
    return most;
  }

  /** Entries of indexes that came, or went, with the commits of an author. */
  int segments(Author author) {
    return of(author).stream().mapToInt(Commit::segments).sum();
  }

  /** Commits of an author. */
  List<Commit> of(Author author) {
    List<Commit> own = new ArrayList<>(commits());
    own.removeIf(commit -> commit.author().get() != author);
    return own;
  }
}
