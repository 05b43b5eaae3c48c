package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.state.model.Coverage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

  @TempDir Path directory;

  @Test
  void aRightIndexPasses() throws Exception {
    try (IndexedTable table = IndexedTable.create(directory.resolve("t"))) {
      table.publish(0, 1);
      CommandLineRun run = verify(table, "--json");
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.err()).isEmpty();

      JsonNode report = run.json();
      assertThat(CommandLineRun.names(report))
          .containsExactly(
              "ok",
              "coverage",
              "rows",
              "indexedRows",
              "segments",
              "recallAt10FullProbe",
              "recallAt10",
              "violations",
              "missingRows",
              "repeatedEntries",
              "outsideEntries",
              "deadEntries",
              "maskedEntries",
              "staleEntries",
              "comparedEntries",
              "misplacedEntries",
              "askedRows",
              "notes");
      assertThat(report.get("ok").asBoolean()).isTrue();
      assertThat(report.get("coverage").asDouble()).isBetween(0.66, 0.67);
      assertThat(report.get("rows").asLong()).isEqualTo(3 * IndexedTable.ROWS);
      assertThat(report.get("indexedRows").asLong()).isEqualTo(2 * IndexedTable.ROWS);
      assertThat(report.get("segments").asInt()).isEqualTo(1);
      assertThat(report.get("recallAt10FullProbe").asDouble()).isBetween(0.5, 1.0);
      assertThat(report.get("recallAt10").asDouble()).isBetween(0.0, 1.0);
      assertThat(report.get("violations").isEmpty()).isTrue();
      assertThat(report.get("comparedEntries").asLong()).isEqualTo(2 * IndexedTable.ROWS);
      assertThat(report.get("askedRows").asLong()).isEqualTo(3 * IndexedTable.ROWS);
      assertThat(report.get("notes").isEmpty()).isTrue();
    }
  }

  @Test
  void aSegmentThatMissesRowsFails() throws Exception {
    try (IndexedTable table = IndexedTable.create(directory.resolve("t"))) {
      UUID segment = table.publish(Coverage.of(0), Coverage.of(0, 1));
      CommandLineRun run = verify(table, "--json");
      assertThat(run.exitCode()).isEqualTo(1);
      JsonNode report = run.json();
      assertThat(report.get("ok").asBoolean()).isFalse();
      assertThat(report.get("indexedRows").asLong()).isEqualTo(IndexedTable.ROWS);
      assertThat(report.get("violations").get(0).asText())
          .isEqualTo(
              "300 live rows of covered fragments are in no segment: segment "
                  + segment
                  + ", fragment:row 1:0, 1:1, 1:2 …; run Freshet on the table, and if this stays"
                  + " so, drop the index and run it again");
      assertThat(report.get("missingRows").asLong()).isEqualTo(IndexedTable.ROWS);
    }
  }

  @Test
  void rowsThatAreStoredTwiceFail() throws Exception {
    try (IndexedTable table = IndexedTable.create(directory.resolve("t"))) {
      table.publish(0);
      table.publish(Coverage.of(0, 1), Coverage.of(1));
      CommandLineRun run = verify(table, "--json");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.json().get("violations").toString())
          .contains(
              "300 entries are of rows in fragments that the segment does not cover",
              "rows are answered more than once");
    }
  }

  @Test
  void textSaysWhatIsWrong() {
    try (IndexedTable table = IndexedTable.create(directory.resolve("t"))) {
      table.publish(Coverage.of(0), Coverage.of(0, 1));
      CommandLineRun run = verify(table);
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out())
          .contains("WRONG          300 live rows of covered fragments are in no segment")
          .endsWith("not right\n");
    }
  }

  @Test
  void aSegmentThatCannotBeReadIsNamed() throws Exception {
    try (IndexedTable table = IndexedTable.create(directory.resolve("t"))) {
      table.publish(0);
      UUID broken = table.publish(1);
      Path file = directory.resolve("t/_indices/" + broken + "/auxiliary.idx");
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      CommandLineRun run = verify(table, "--json", "--queries", "0");
      assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
      assertThat(run.json().get("violations").toString())
          .contains("Segment " + broken + " cannot be read: ")
          .contains(
              "the 300 live rows of its fragments were not checked; run Freshet on the table");
    }
  }

  /** With its only segment; and Lance is not asked for recall, as it may not survive that. */
  @Test
  void whatNeedsNoFileIsToldOfAnIndexOfAnUnknownFormat() throws Exception {
    try (IndexedTable table = IndexedTable.create(directory.resolve("t"))) {
      UUID segment = table.publish(0, 1);
      table.pretendNewerFormat(segment);
      CommandLineRun run = verify(table, "--json");
      assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
      JsonNode report = run.json();
      assertThat(report.get("rows").asLong()).isEqualTo(3 * IndexedTable.ROWS);
      assertThat(report.get("coverage").asDouble()).isBetween(0.66, 0.67);
      assertThat(report.get("segments").asInt()).isEqualTo(1);
      assertThat(report.get("recallAt10FullProbe").asDouble()).isZero();
      assertThat(report.get("violations").toString())
          .contains("Segment " + segment + " cannot be read: ")
          .contains("Lance file format 2.9: known are [2.0, 2.1, 2.2]")
          .contains("; read it with a newer Freshet, or drop the index");
    }
  }

  private static CommandLineRun verify(IndexedTable table, String... more) {
    String[] arguments = {"verify", "--dataset", table.uri(), "--index", IndexedTable.INDEX};
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return CommandLineRun.of(all);
  }
}
