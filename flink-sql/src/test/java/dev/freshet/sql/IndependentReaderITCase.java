package dev.freshet.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What INSERT writes and indexes is read by LanceDB's package for Node, which shares no code. */
class IndependentReaderITCase {

  private static final Path READER = Path.of("target", "independent-reader");
  private static final List<String> FILES = List.of("package.json", "package-lock.json", "read.js");
  private static final int ROWS = 5_000;
  private static final int PARTITIONS = 4;

  @TempDir Path database;

  @Test
  void lanceDbReadsTheRowsAndSearchesTheIndex() throws Exception {
    assumeThat(isThere("npm") && isThere("node"))
        .as("npm and node are needed to run the independent reader")
        .isTrue();
    install();
    insert();
    Properties read = new Properties();
    read.load(
        new StringReader(
            run(READER, "node", "read.js", database.toString(), "items", "" + PARTITIONS)));
    assertThat(read)
        .containsEntry("rows", "" + ROWS)
        .containsEntry("columns", "id,title,embedding")
        .containsEntry("title", "item 7")
        .containsEntry("index", IndexedTable.INDEX)
        .containsEntry("type", "IVF_PQ")
        .containsEntry("indexed", "" + ROWS)
        .containsEntry("unindexed", "0")
        .containsEntry("usesIndex", "true");
    assertNearest(read);
  }

  private void assertNearest(Properties read) throws Exception {
    List<Float> query = Arrays.stream(values(read, "query")).map(Float::valueOf).toList();
    IndexedTable table = new IndexedTable(database.resolve("items.lance"), PARTITIONS);
    assertThat(Arrays.stream(values(read, "found")).map(Long::valueOf))
        .as("the neighbours of %s", query)
        .containsExactlyElementsOf(table.nearest(10, item -> squared(query, item)));
    assertThat(Arrays.stream(values(read, "distances")).map(Double::valueOf))
        .as("distances, nearest first")
        .isSorted()
        .first()
        .isEqualTo(0.0);
  }

  private static String[] values(Properties read, String name) {
    return read.getProperty(name).split(",", -1);
  }

  private static double squared(List<Float> a, List<Float> b) {
    return IntStream.range(0, a.size()).mapToDouble(i -> Math.pow(a.get(i) - b.get(i), 2)).sum();
  }

  private void insert() throws Exception {
    List<String> statements =
        List.of(
            "CREATE TABLE generated (id BIGINT, embedding ARRAY<FLOAT>) WITH ('connector' ="
                + " 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1',"
                + " 'fields.id.end' = '"
                + ROWS
                + "', 'fields.embedding.element.min' = '0', 'fields.embedding.element.max' = '1',"
                + " 'fields.embedding.length' = '16')",
            "CREATE TABLE items (id BIGINT NOT NULL, title STRING, embedding ARRAY<FLOAT>) WITH"
                + " ('connector' = 'freshet', 'path' = '"
                + database.resolve("items.lance")
                + "', 'vector.column' = 'embedding', 'vector.dimension' = '16', 'index.type' ="
                + " 'IVF_PQ', 'index.partitions' = '"
                + PARTITIONS
                + "', 'index.sub-vectors' = '4', 'freshness' = '1s')",
            "INSERT INTO items SELECT id, 'item ' || CAST(id AS STRING), embedding FROM generated");
    try (SqlJob job =
        SqlJob.start(SqlJob.settings(database.resolve("checkpoints"), 2, 0), statements)) {
      job.awaitEnd();
    }
  }

  /** Once for a build directory; npm's own cache serves the next. */
  private static void install() throws Exception {
    Files.createDirectories(READER);
    for (String file : FILES) {
      Files.copy(
          Path.of("src", "test", "resources", "independent-reader", file),
          READER.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(READER.resolve("node_modules/.package-lock.json"))) {
      run(READER, "npm", "ci", "--prefer-offline", "--no-audit", "--no-fund");
    }
  }

  private static boolean isThere(String command) throws InterruptedException {
    try {
      return start(Path.of("."), command, "--version").waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String run(Path directory, String... command) throws Exception {
    Process process = start(directory, command);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
    return output;
  }

  private static Process start(Path directory, String... command) throws IOException {
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .start();
  }
}
