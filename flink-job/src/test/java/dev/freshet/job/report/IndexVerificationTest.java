package dev.freshet.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each way in which an entry can be wrong, made by lance-core, and what looks like it and is right.
 */
class IndexVerificationTest {

  private static final int ROWS = 2000;
  private static final int PER_FRAGMENT = 500;
  private static final IndexType[] ENCODED = {
    IndexType.IVF_FLAT, IndexType.IVF_PQ, IndexType.IVF_SQ
  };

  @TempDir private Path directory;

  private VerifiedTable table(boolean stableRowIds) throws IOException {
    return VerifiedTable.create(
        directory.resolve("t" + UUID.randomUUID()), stableRowIds, ROWS, PER_FRAGMENT);
  }

  private static IndexVerification.Report assertRight(VerifiedTable table) throws IOException {
    IndexVerification.Report report = table.verify();
    assertThat(report.violations()).isEmpty();
    assertThat(report.ok()).isTrue();
    assertThat(report.missingRows()).isZero();
    assertThat(report.staleEntries()).isZero();
    return report;
  }

  private static IndexVerification.Report assertWrong(VerifiedTable table, String... parts)
      throws IOException {
    IndexVerification.Report report = table.verify();
    assertThat(report.ok()).isFalse();
    assertThat(String.join("\n", report.violations())).contains(parts);
    assertThat(report.violations())
        .as("the way out")
        .allMatch(line -> line.contains("; run Freshet on the table"));
    return report;
  }

  @ParameterizedTest
  @EnumSource(IndexType.class)
  void isRightAsLanceBuildsIt(IndexType type) throws Exception {
    for (boolean stable : new boolean[] {false, true}) {
      try (VerifiedTable table = table(stable)) {
        table.publish(type, Metric.L2, 0, 1);
        table.publish(type, Metric.L2, 2);
        IndexVerification.Report report = assertRight(table);
        boolean encoded = Arrays.asList(ENCODED).contains(type);
        assertThat(report.comparedEntries()).isEqualTo(encoded ? 3L * PER_FRAGMENT : 0);
        assertThat(report.indexedRows()).isEqualTo(3L * PER_FRAGMENT);
        assertThat(report.misplacedEntries()).isZero();
        assertThat(report.askedRows()).isEqualTo(ROWS);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "IVF_FLAT, COSINE",
    "IVF_PQ, COSINE",
    "IVF_SQ, COSINE",
    "IVF_FLAT, DOT",
    "IVF_PQ, DOT",
    "IVF_RQ, COSINE",
    "IVF_HNSW_SQ, COSINE"
  })
  void rowsWithoutADirectionHaveNoEntry(IndexType type, Metric metric) throws Exception {
    try (VerifiedTable table = table(false)) {
      float[] nan = VerifiedTable.vector(1, 0);
      nan[3] = Float.NaN;
      float[] infinite = VerifiedTable.vector(2, 0);
      infinite[0] = Float.NEGATIVE_INFINITY;
      float[] tiny = new float[VerifiedTable.DIMENSION];
      Arrays.fill(tiny, 1e-30f);
      float[] zero = new float[VerifiedTable.DIMENSION];
      table.append(10, null, nan, infinite, zero, tiny, VerifiedTable.vector(9, 0));
      table.append(10, zero, null);
      table.publish(type, metric, 0, 4);
      IndexVerification.Report report = assertRight(table);
      int withoutDirection = metric == Metric.COSINE ? 0 : 2;
      assertThat(report.indexedRows()).isEqualTo(PER_FRAGMENT + 1 + withoutDirection);
      assertThat(report.rows()).isEqualTo(ROWS + 8);
    }
  }

  @ParameterizedTest
  @EnumSource(IndexType.class)
  void entriesOfDeletedRowsAreHidden(IndexType type) throws Exception {
    try (VerifiedTable table = table(false)) {
      table.publish(type, Metric.L2, 0, 1, 2, 3);
      table.delete("id % 3 = 0 or id < 600"); // a whole fragment with it
      IndexVerification.Report report = assertRight(table);
      assertThat(report.maskedEntries()).isEqualTo(ROWS - report.rows());
      assertThat(report.indexedRows()).isEqualTo(report.rows()).isBetween(900L, 940L);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_FLAT", "IVF_PQ", "IVF_SQ"})
  void isRightAfterARemap(IndexType type) throws Exception {
    try (VerifiedTable table = table(false)) {
      table.publish(type, Metric.COSINE, 0, 1);
      table.publish(type, Metric.COSINE, 2, 3);
      table.delete("id % 4 = 1");
      table.compact();
      IndexVerification.Report report = assertRight(table);
      assertThat(report.comparedEntries()).isEqualTo(report.rows()).isEqualTo(1500);
      assertThat(report.maskedEntries()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_FLAT", "IVF_PQ", "IVF_SQ"})
  void isRightAfterLanceHasMergedFreshSegments(IndexType type) throws Exception {
    try (VerifiedTable table = table(false)) {
      table.publish(type, Metric.L2, 0, 1);
      table.append(300, 300);
      table.optimize(1);
      IndexVerification.Report report = assertRight(table);
      assertThat(report.comparedEntries()).isEqualTo(report.rows()).isEqualTo(ROWS + 300);
      assertThat(report.segments()).isEqualTo(1);
    }
  }

  /** Lance merges segments of two models as if they were of one. */
  @Test
  void codesOfAnotherModelAreFound() throws Exception {
    try (VerifiedTable table = table(false)) {
      table.publish(IndexType.IVF_PQ, Metric.L2, 0, 1);
      table.publish(IndexType.IVF_PQ, Metric.L2, 9, Coverage.of(2, 3), Coverage.of(2, 3));
      assertRight(table);
      table.append(300, 300);
      table.optimize(2);
      IndexVerification.Report report =
          assertWrong(table, "entries are not of the present vectors of their rows");
      assertThat(report.segments()).isEqualTo(1);
      assertThat(report.staleEntries()).isBetween(900L, 1000L);
    }
  }

  @Test
  void missingRowsAreFound() throws Exception {
    try (VerifiedTable table = table(false)) {
      UUID segment =
          table.publish(IndexType.IVF_FLAT, Metric.L2, Coverage.of(0), Coverage.of(0, 2));
      IndexVerification.Report report =
          assertWrong(
              table,
              "500 live rows of covered fragments are in no segment: segment "
                  + segment
                  + ", fragment:row 2:0, 2:1, 2:2 …",
              "500 rows are not answered");
      assertThat(report.missingRows()).isEqualTo(500);
      assertThat(report.indexedRows()).isEqualTo(500);
    }
  }

  @Test
  void entriesOutsideOfTheCoverageAreFound() throws Exception {
    try (VerifiedTable table = table(false)) {
      UUID segment = table.publish(IndexType.IVF_SQ, Metric.L2, Coverage.of(0, 1), Coverage.of(0));
      table.publish(IndexType.IVF_SQ, Metric.L2, 1);
      IndexVerification.Report report =
          assertWrong(
              table,
              "500 entries are of rows in fragments that the segment does not cover: segment "
                  + segment
                  + ", fragment:row 1:",
              "rows are answered more than once");
      assertThat(report.outsideEntries()).isEqualTo(500);
    }
  }

  /** Lance takes the fragment out of the coverage and leaves the entries. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRewriteInPlaceLeavesEntriesBehind(boolean stable) throws Exception {
    try (VerifiedTable table = table(stable)) {
      table.publish(IndexType.IVF_PQ, Metric.L2, 0, 1, 2, 3);
      table.rewrite(1, 500, VerifiedTable.vectors(500, 600, 5));
      assertThat(table.manifest().uncovered()).isEqualTo(Coverage.of(1));
      IndexVerification.Report report = assertWrong(table, "run Freshet on the table");
      assertThat(report.outsideEntries()).isEqualTo(500);
      table.publish(IndexType.IVF_PQ, Metric.L2, 1);
      assertWrong(table, "rows are answered more than once");
    }
  }

  /** A publisher that read before a rewrite, and commits after it: Lance accepts that. */
  @ParameterizedTest
  @CsvSource({
    "IVF_FLAT, L2",
    "IVF_PQ, L2",
    "IVF_SQ, L2",
    "IVF_FLAT, COSINE",
    "IVF_PQ, COSINE",
    "IVF_SQ, COSINE",
    "IVF_FLAT, DOT",
    "IVF_PQ, DOT"
  })
  void everyStaleVectorIsFound(IndexType type, Metric metric) throws Exception {
    for (int changed : new int[] {1, 20}) {
      try (VerifiedTable table = table(false)) {
        long before = table.version();
        UUID segment = table.publish(type, metric, 0, 1, 2, 3);
        long indexed = table.version();
        assertRight(table);
        table.restore(before);
        long restored = table.version();
        table.rewrite(2, 1100, VerifiedTable.vectors(1100, 1100 + changed, 5));
        table.publishLate(indexed, restored);
        IndexVerification.Report report =
            assertWrong(
                table,
                changed
                    + " entries are not of the present vectors of their rows: segment "
                    + segment
                    + ", fragment:row 2:");
        assertThat(report.staleEntries()).isEqualTo(changed);
        assertThat(report.violations()).hasSize(1);
      }
    }
  }

  @Test
  void anEntryOfARowThatHasNoVectorAnyMoreIsStale() throws Exception {
    try (VerifiedTable table = table(false)) {
      long before = table.version();
      table.publish(IndexType.IVF_FLAT, Metric.L2, 0, 1, 2, 3);
      long indexed = table.version();
      table.restore(before);
      long restored = table.version();
      float[] nan = VerifiedTable.vector(1, 0);
      nan[0] = Float.NaN;
      table.rewrite(0, 7, nan);
      table.publishLate(indexed, restored);
      IndexVerification.Report report = assertWrong(table, "fragment:row 0:7");
      assertThat(report.staleEntries()).isEqualTo(1);
      assertThat(report.indexedRows()).isEqualTo(ROWS - 1);
    }
  }

  @Test
  void anUpdateUnderStableRowIdsLeavesAnEntryBehind() throws Exception {
    try (VerifiedTable table = table(true)) {
      table.publish(IndexType.IVF_FLAT, Metric.L2, 0, 1, 2, 3);
      table.mergeInsert(100, 200, 5);
      IndexVerification.Report report =
          assertWrong(
              table,
              "100 entries are of rows in fragments that the segment does not cover",
              "row ids 100, 101, 102 …");
      assertThat(report.outsideEntries()).isEqualTo(100);
      int fresh = table.fragments().stream().max().orElseThrow();
      table.publish(IndexType.IVF_FLAT, Metric.L2, fresh);
      assertWrong(table, "rows are answered more than once");
    }
  }

  @Test
  void deadEntriesUnderStableRowIdsAreHiddenUntilACompaction() throws Exception {
    try (VerifiedTable table = table(true)) {
      UUID segment = table.publish(IndexType.IVF_FLAT, Metric.L2, 0, 1, 2, 3);
      table.delete("id % 3 != 0");
      IndexVerification.Report hidden = assertRight(table);
      assertThat(hidden.maskedEntries()).isEqualTo(ROWS - hidden.rows());
      table.compact();
      IndexVerification.Report report =
          assertWrong(
              table,
              "1333 entries of rows that are gone take the places of answers: segment "
                  + segment
                  + ", row ids 1, 2, 4 …",
              "rows are not answered");
      assertThat(report.deadEntries()).isEqualTo(1333);
      assertThat(report.maskedEntries()).isZero();
      table.delete("id = 3"); // a deletion file: Lance makes its mask again
      assertThat(assertRight(table).maskedEntries()).isEqualTo(1334);
    }
  }

  /** Updated rows, compacted to a place before their old neighbours. */
  @Test
  void rowsThatLanceHidesAreANote() throws Exception {
    try (VerifiedTable table = table(true)) {
      table.mergeInsert(100, 200, 5);
      table.compact(500);
      table.compact();
      table.publish(IndexType.IVF_FLAT, Metric.L2, table.fragments().stream().toArray());
      assertThat(assertRight(table).notes()).isEmpty();
      table.delete("id = 7");
      assertThat(assertRight(table).notes())
          .singleElement()
          .asString()
          .startsWith("100 rows are in the index, but Lance 7 hides them from searches")
          .endsWith("or update these rows once more");
    }
  }

  /** The mask is made for all segments of a query together. */
  @Test
  void aDeletionInOneSegmentHidesTheDeadEntriesOfAnother() throws Exception {
    try (VerifiedTable table = table(true)) {
      table.publish(IndexType.IVF_FLAT, Metric.L2, 0, 1, 2, 3);
      table.delete("id % 3 != 0");
      table.compact();
      table.append(500, 500);
      table.publish(IndexType.IVF_FLAT, Metric.L2, table.manifest().uncovered().toList().get(0));
      assertWrong(table, "1333 entries of rows that are gone");
      table.delete("id = 2100");
      assertThat(assertRight(table).maskedEntries()).isEqualTo(1334);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"IVF_FLAT", "IVF_PQ", "IVF_SQ"})
  void aCodeOfAnotherRowIsFound(IndexType type) throws Exception {
    try (VerifiedTable table = table(false)) {
      UUID lance = table.publish(type, Metric.L2, 0, 1, 2, 3);
      UUID swapped = table.swapTwo(lance);
      IndexVerification.Report report =
          assertWrong(
              table, "2 entries are not of the present vectors of their rows", swapped.toString());
      assertThat(report.staleEntries()).isEqualTo(2);
      assertThat(report.violations()).hasSize(1);
    }
  }

  @Test
  void aWrongPartitionIsAViolationOnlyIfMostRowsAreInOne() throws Exception {
    try (VerifiedTable table = table(false)) {
      UUID lance = table.publish(IndexType.IVF_FLAT, Metric.L2, 0, 1, 2, 3);
      table.rotatePartitions(lance);
      IndexVerification.Report report =
          assertWrong(table, "entries are in a partition that is not their nearest");
      assertThat(report.misplacedEntries()).isEqualTo(ROWS);
      assertThat(report.staleEntries()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auxiliary.idx", "index.idx"})
  void aSegmentThatCannotBeReadIsALine(String file) throws Exception {
    try (VerifiedTable table = table(false)) {
      UUID broken = table.publish(IndexType.IVF_PQ, Metric.L2, 0);
      table.publish(IndexType.IVF_PQ, Metric.L2, 1);
      Path broke = table.path().resolve("_indices/" + broken + "/" + file);
      Files.write(broke, Arrays.copyOf(Files.readAllBytes(broke), 100));
      IndexVerification.Report report =
          assertWrong(
              table,
              "Segment " + broken + " cannot be read: ",
              "the 500 live rows of its fragments were not checked");
      assertThat(report.violations()).hasSize(1);
      assertThat(report.indexedRows()).isEqualTo(500);
      assertThat(report.askedRows()).isZero();
      assertThat(report.coverage()).isEqualTo(0.5);
    }
  }
}
