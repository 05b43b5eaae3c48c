package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.job.cli.CommandLineRun;
import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code freshet gc}, and commands that find nothing, on a real S3 server. */
class S3GarbageITCase {

  private static final long SEED = 7;
  private static final int DIMENSION = 16;
  private static final int ROWS = 400;
  private static final String DATASET = S3Server.uri("vectors.lance");
  private static final Duration AGE = Duration.ofDays(8);

  @TempDir Path directory;

  private S3Server server;
  private Path stored;
  private Configuration stream;

  @BeforeEach
  void startServer() throws Exception {
    server = S3Server.start(directory);
    stored = directory.resolve("data").resolve(S3Server.BUCKET);
    stream = TestIndex.stream(DATASET, IndexType.IVF_PQ, Metric.L2);
    stream.addAll(S3Server.options(server.port()));
    FileSystems.initialize(stream);
  }

  @AfterEach
  void stopServer() throws Exception {
    FileSystems.initialize(new Configuration());
    server.close();
  }

  @Test
  void removesWhatNothingNames() throws Exception {
    DatasetLocation location = StreamOptions.from(stream).location();
    try (VectorTable table = VectorTable.create(location, DIMENSION)) {
      ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);
      table.append(vectors.next(ROWS), ROWS);
      index();
      table.append(vectors.next(ROWS), ROWS);
      index();
    }
    age();
    assertThat(collected())
        .as("the new model, which each segment carries too")
        .isEqualTo(Map.of("SEGMENT", 1));
    Map<String, Long> named = objects();
    DatasetFiles files = StorageAccess.datasetFiles(location, RequestCounter.NONE);
    files.write("_indices/" + UUID.randomUUID() + "/auxiliary.idx", new byte[100]);
    files.write("data/" + UUID.randomUUID() + ".lance", new byte[10]);
    Map<String, Long> all = objects();
    assertThat(all).hasSize(named.size() + 2);

    assertThat(collected("--dry-run")).as("all of it is young").isEqualTo(Map.of());
    age();
    assertThat(collected("--dry-run")).isEqualTo(Map.of("SEGMENT", 1, "DATA_FILE", 1));
    assertThat(objects()).as("after a dry run").isEqualTo(all);

    assertThat(collected()).isEqualTo(Map.of("SEGMENT", 1, "DATA_FILE", 1));
    assertThat(objects()).as("what a version names").isEqualTo(named);
    try (TestIndex index = new TestIndex(stream)) {
      assertThat(index.assertClean("seed " + SEED).indexedRows()).isEqualTo(2 * ROWS);
    }
  }

  @Test
  void saysWhatIsNotThere() {
    for (String[] command :
        List.of(
            new String[] {"gc"},
            new String[] {"status"},
            new String[] {"verify", "--index=vector_idx"},
            new String[] {"run", "--once", "--column=vector"})) {
      run(command)
          .assertWrongInput(
              "No Lance dataset at " + DATASET + ": check the URI, or create one there first");
    }
  }

  private void index() {
    CommandLineRun run = run("run", "--once", "--column=vector", "--partitions=4");
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  /** Makes every object old, also those that a version names. */
  private void age() throws IOException {
    FileTime then = FileTime.from(Instant.now().minus(AGE));
    try (Stream<Path> files = Files.walk(stored.resolve("vectors.lance"))) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, then);
      }
    }
  }

  /** Objects of the dataset, with their sizes. */
  private Map<String, Long> objects() throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(stored.resolve("vectors.lance"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(stored.relativize(file).toString(), Files.size(file));
      }
    }
    return sizes;
  }

  /** How many of each kind the command removed, or would remove. */
  private Map<String, Integer> collected(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("gc", "--json"));
    all.addAll(List.of(arguments));
    CommandLineRun run = run(all.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    Map<String, Integer> counts = new HashMap<>();
    for (JsonNode kind : run.json().get("garbage")) {
      counts.put(kind.get("kind").asText(), kind.get("count").asInt());
    }
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  private CommandLineRun run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--dataset=" + DATASET);
    S3Server.options(server.port())
        .toMap()
        .forEach((key, value) -> all.add("--storage-option=" + key + "=" + value));
    return CommandLineRun.of(all.toArray(String[]::new));
  }
}
