package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.FaultProxy.Faults;
import dev.freshet.job.cli.Freshet;
import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real S3 server that lets nobody in: {@code freshet run}, a process of its own. */
class S3DeniedITCase {

  private static final long SEED = 83;
  private static final int DIMENSION = 16;
  private static final int ROWS = 400;
  private static final int APPENDS = 3;
  private static final String WRONG_SECRET = "a-wrong-hidden-secret";
  private static final int DENIALS = 50;
  private static final Duration DENIED = Duration.ofSeconds(8);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);
  private S3Server server;
  private Configuration stream;
  private VectorTable table;

  @BeforeEach
  void startServer() throws Exception {
    server = S3Server.start(directory);
    stream = TestIndex.stream(S3Server.uri("vectors.lance"), IndexType.IVF_PQ, Metric.L2);
    stream.addAll(S3Server.options(server.port()));
    FileSystems.initialize(stream);
    table = VectorTable.create(StreamOptions.from(stream).location(), DIMENSION);
    table.append(vectors.next(ROWS), ROWS);
  }

  @AfterEach
  void stopServer() throws Exception {
    FileSystems.initialize(new Configuration());
    table.close();
    server.close();
  }

  @Test
  void aWrongSecretIsSaidInOneLine() throws Exception {
    Process run = run(server.port(), WRONG_SECRET);
    assertThat(run.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(said()).isTrue();
    assertThat(said().lines().filter(line -> line.startsWith("freshet: ")))
        .singleElement()
        .asString()
        .isEqualTo(
            "freshet: Cannot open Lance dataset at s3://bucket/vectors.lance: access is denied"
                + " (SignatureDoesNotMatch), check the keys (s3.access-key and s3.secret-key, or"
                + " those of the environment or the profile) and what they may do");
    assertThat(run.exitValue()).as(said()).isEqualTo(2);
    assertThat(said()).doesNotContain(WRONG_SECRET);
  }

  /** Every request is denied for a while, of checkpoints too; then the keys are good again. */
  @Tag("slow")
  @Test
  void goesOnWhenItIsLetInAgain() throws Exception {
    try (FaultProxy proxy = FaultProxy.before(server, Faults.NONE, SEED);
        TestIndex index = new TestIndex(stream)) {
      Process run = run(proxy.port(), S3Server.SECRET_KEY);
      try {
        await(run, () -> isComplete(index));
        proxy.setFaults(Faults.DENIED);
        for (int append = 0; append < APPENDS; append++) {
          table.append(vectors.next(ROWS), ROWS);
        }
        long again = System.nanoTime() + DENIED.toNanos();
        await(run, () -> System.nanoTime() > again && proxy.harmed() >= DENIALS);
        assertThat(index.manifest().uncovered().size()).isEqualTo(APPENDS);
        proxy.setFaults(Faults.NONE);
        await(run, () -> isComplete(index));
        table.append(vectors.next(ROWS), ROWS);
        await(run, () -> isComplete(index));
      } finally {
        run.destroy();
        run.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        run.destroyForcibly();
      }
      assertThat(index.assertClean("seed " + SEED).indexedRows()).isEqualTo((2L + APPENDS) * ROWS);
      assertThat(deadLetters().list()).isEmpty();
      assertThat(said()).doesNotContain(S3Server.SECRET_KEY);
    }
  }

  private static boolean isComplete(TestIndex index) {
    ManifestVersion manifest = index.manifest();
    return !manifest.index().segments().isEmpty() && manifest.uncovered().isEmpty();
  }

  private DeadLetters deadLetters() {
    StreamOptions options = StreamOptions.from(stream);
    return new DeadLetters(
        StorageAccess.datasetFiles(options.location(), RequestCounter.NONE),
        options.index().name());
  }

  private void await(Process run, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertThat(run.isAlive()).as("it runs: %s", said()).isTrue();
      assertThat(System.nanoTime()).as("too late: %s", said()).isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  private Process run(int port, String secret) throws IOException {
    List<String> command = JavaCommand.startWithVectors();
    command.addAll(List.of("-Xmx1g", "-Dlog4j2.configurationFile=classpath:freshet-log4j2.xml"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Freshet.class.getName()));
    command.addAll(
        List.of(
            "run",
            "--dataset=" + S3Server.uri("vectors.lance"),
            "--storage-option=s3.endpoint=http://127.0.0.1:" + port,
            "--storage-option=s3.region=" + S3Server.REGION,
            "--storage-option=s3.path-style-access=true",
            "--checkpoints=" + S3Server.uri("checkpoints"),
            "--column=vector",
            "--partitions=" + TestIndex.PARTITIONS,
            "--freshness=1s",
            "--parallelism=1"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY);
    builder.environment().put("AWS_SECRET_ACCESS_KEY", secret);
    return builder.redirectOutput(output().toFile()).start();
  }

  private Path output() {
    return directory.resolve("run.out");
  }

  private String said() throws IOException {
    return Files.readString(output());
  }
}
