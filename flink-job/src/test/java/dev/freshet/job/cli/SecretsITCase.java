package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.job.EmbeddedJob;
import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.FileAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job and commands that are given secrets: whatever they say is searched for them. */
class SecretsITCase {

  private static final String CANARY = "canary-7f3a9c51d2";
  private static final int DIMENSION = 16;
  private static final int ROWS = 600;
  private static final long PATIENCE_MILLIS = 40_000;
  private static final List<String> OF_THE_CLUSTER =
      List.of("/config", "/jobmanager/config", "/jobmanager/environment", "/taskmanagers");
  private static final List<String> OF_A_JOB =
      List.of(
          "",
          "/config",
          "/plan",
          "/exceptions",
          "/accumulators",
          "/checkpoints",
          "/checkpoints/config",
          "/jobmanager/config",
          "/jobmanager/environment",
          "/metrics");

  @TempDir Path directory;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> said = new LinkedHashMap<>();
  private FileAppender log;
  private Level level;
  private Path path;

  @BeforeEach
  void listen() {
    path = directory.resolve("t");
    log =
        FileAppender.newBuilder()
            .setName("secrets")
            .withFileName(directory.resolve("everything.log").toString())
            .setLayout(PatternLayout.newBuilder().withPattern("%p %c %m%n%throwable").build())
            .build();
    log.start();
    level = root().getLevel();
    root().setLevel(Level.INFO);
    root().addAppender(log, null, null);
    context().updateLoggers();
  }

  @AfterEach
  void listenNoMore() {
    root().removeAppender("secrets");
    root().setLevel(level);
    context().updateLoggers();
    log.stop();
  }

  private static LoggerContext context() {
    return (LoggerContext) LogManager.getContext(false);
  }

  private static LoggerConfig root() {
    return context().getConfiguration().getRootLogger();
  }

  @Test
  void nothingTellsThem() throws Exception {
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION)) {
      ClusteredVectors vectors = new ClusteredVectors(DIMENSION, 1);
      table.append(vectors.next(ROWS), ROWS);
      commands();
      table.append(vectors.next(ROWS), ROWS);
      try (EmbeddedJob job = EmbeddedJob.start(stream(), settings())) {
        await(() -> Files.exists(path.resolve("_indices")) && checkpoints(job) > 3);
        listen(job, "running");
        search(directory.resolve("checkpoints"), 1);
        delete(path.resolve("data"));
        delete(path.resolve("_versions"));
        await(() -> exceptions(job).contains("Cannot read the manifest"));
        listen(job, "failing");
      }
    }
    commands();
    assertThat(said).as("places that were searched").hasSizeGreaterThan(30);
    said.forEach((where, text) -> assertThat(text).as(where).doesNotContain(CANARY));
    search(path, 1);
    Path everything = directory.resolve("everything.log");
    assertThat(everything).content().contains("Cannot read the manifest").doesNotContain(CANARY);
  }

  /** Commands that do well as long as the dataset is there, and fail afterwards. */
  private void commands() {
    command("run", "--once", "--column=vector", "--partitions=4", "--parallelism=1");
    command("status");
    command("verify", "--index=vector_idx");
    command("gc", "--dry-run");
    command("verify", "--index=none");
  }

  private void command(String... arguments) {
    for (boolean json : new boolean[] {true, false}) {
      String[] all =
          Stream.concat(
                  Stream.of(arguments),
                  Stream.of(
                      "--dataset=" + path,
                      "--storage-option=aws_secret_access_key=" + CANARY,
                      "--storage-option=aws_session_token=" + CANARY,
                      json ? "--json" : "--storage-option=s3.region=us-east-1"))
              .toArray(String[]::new);
      CommandLineRun run = CommandLineRun.of(all);
      said.put(said.size() + " " + String.join(" ", arguments), run.out() + run.err());
    }
  }

  private Configuration stream() {
    Configuration stream = new Configuration();
    stream.set(FreshetOptions.DATASET, path.toString());
    stream.set(FreshetOptions.COLUMN, VectorTable.VECTOR);
    stream.set(FreshetOptions.INDEX_PARTITIONS, 4);
    stream.set(FreshetOptions.FRESHNESS, Duration.ofSeconds(1));
    stream.set(
        FreshetOptions.STORAGE,
        Map.of("aws_secret_access_key", CANARY, "aws_session_token", CANARY));
    stream.setString("s3.access-key", "an-access-key");
    stream.setString("s3.secret-key", CANARY);
    return stream;
  }

  private EmbeddedJob.Settings settings() {
    return new EmbeddedJob.Settings(
        1, directory.resolve("checkpoints").toUri().toString(), "hashmap", 0);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (!condition.holds()) {
      assertThat(System.currentTimeMillis()).as("patience").isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  private void listen(EmbeddedJob job, String when) throws Exception {
    for (String place : OF_THE_CLUSTER) {
      said.put(when + " " + place, get(job, place));
    }
    for (String place : OF_A_JOB) {
      said.put(when + " job " + place, get(job, "/jobs/" + id(job) + place));
    }
    assertThat(get(job, "/jobmanager/config")).contains("s3.secret-key");
  }

  private int checkpoints(EmbeddedJob job) throws Exception {
    JsonNode answer = new ObjectMapper().readTree(get(job, "/jobs/" + id(job) + "/checkpoints"));
    return answer.path("counts").path("completed").asInt();
  }

  private String exceptions(EmbeddedJob job) throws Exception {
    return get(job, "/jobs/" + id(job) + "/exceptions");
  }

  private String id(EmbeddedJob job) throws Exception {
    return new ObjectMapper()
        .readTree(get(job, "/jobs/overview"))
        .get("jobs")
        .get(0)
        .get("jid")
        .asText();
  }

  private String get(EmbeddedJob job, String place) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(job.uiAddress() + place)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private static void search(Path place, int least) throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all).as("files in %s", place).hasSizeGreaterThanOrEqualTo(least);
      for (Path file : all) {
        assertThat(text(file)).as(file.toString()).doesNotContain(CANARY);
      }
    }
  }

  private static String text(Path file) throws IOException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return ""; // a checkpoint that is no longer kept
    }
  }
}
