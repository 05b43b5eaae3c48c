package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.FaultProxy.Faults;
import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.report.ScalarVerification;
import dev.freshet.lance.ValuesTable;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dataset, segments and checkpoints on a real S3 server, with and without faults on the way. */
class S3ITCase {

  private static final Logger LOG = LoggerFactory.getLogger(S3ITCase.class);
  private static final long SEED = 3;
  private static final int DIMENSION = 16;
  private static final int FILL_ROWS = 2000;
  private static final int APPEND_ROWS = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);
  private S3Server server;

  @BeforeEach
  void startServer() throws Exception {
    server = S3Server.start(directory);
  }

  @AfterEach
  void stopServer() throws Exception {
    FileSystems.initialize(new Configuration());
    server.close();
  }

  @Test
  void theStreamLivesOnS3() throws Exception {
    run(Faults.NONE, 6, 1);
  }

  @Test
  void faultsOnTheWayDoNoHarm() throws Exception {
    int harmed = run(new Faults(0, 0.03, 0.02, 0.02, 40), 10, 2);
    assertThat(harmed).as("requests harmed, seed %d", SEED).isGreaterThan(20);
  }

  /** Appends, with failures of the task manager in between; returns how many were harmed. */
  private int run(Faults faults, int appends, int failures) throws Exception {
    String seed = "seed " + SEED;
    try (FaultProxy proxy = FaultProxy.before(server, Faults.NONE, SEED);
        VectorTable table = VectorTable.create(location(server.port()), DIMENSION)) {
      Configuration stream = stream(proxy.port());
      FileSystems.initialize(stream);
      table.append(vectors.next(FILL_ROWS), FILL_ROWS);
      proxy.setFaults(faults);
      try (TestJob job = TestJob.start(stream, S3Server.uri("checkpoints"), 2, 1000);
          TestIndex index = new TestIndex(stream(server.port()))) {
        index.awaitComplete(job, PATIENCE);
        for (int append = 0; append < appends; append++) {
          table.append(vectors.next(APPEND_ROWS), APPEND_ROWS);
          if (append % (appends / failures) == 1) {
            job.takeCheckpoint();
            job.failTaskManager();
            job.awaitRunning();
          }
          index.awaitComplete(job, PATIENCE);
        }
        assertThat(job.checkpoints().getNumberOfRestoredCheckpoints())
            .as("restores, %s", seed)
            .isGreaterThanOrEqualTo(failures);
      }
      proxy.setFaults(Faults.NONE);
      try (TestIndex index = new TestIndex(stream)) {
        assertThat(index.assertClean(seed).indexedRows())
            .as(seed)
            .isEqualTo(FILL_ROWS + (long) appends * APPEND_ROWS);
      }
      return proxy.harmed();
    }
  }

  @Test
  void anIndexOfValuesLivesOnS3() throws Exception {
    try (FaultProxy proxy = FaultProxy.before(server, Faults.NONE, SEED);
        VectorTable table = VectorTable.create(location(server.port()), DIMENSION)) {
      Configuration stream = ofIds(proxy.port());
      FileSystems.initialize(stream);
      table.append(vectors.next(FILL_ROWS), FILL_ROWS);
      proxy.setFaults(new Faults(0, 0.03, 0.02, 0.02, 40));
      try (TestJob job = TestJob.start(stream, S3Server.uri("checkpoints"), 2, 1000);
          TestIndex index = new TestIndex(ofIds(server.port()))) {
        for (int append = 0; append < 3; append++) {
          index.awaitComplete(job, PATIENCE);
          table.append(vectors.next(APPEND_ROWS), APPEND_ROWS);
          table.delete(VectorTable.ID + " % 7 = " + append);
        }
        index.awaitComplete(job, PATIENCE);
      }
      assertThat(proxy.harmed()).as("requests harmed, seed %d", SEED).isPositive();
      proxy.setFaults(Faults.NONE);
      try (TestIndex index = new TestIndex(stream)) {
        ScalarVerification.Report report = index.valuesReport();
        assertThat(report.violations()).isEmpty();
        assertThat(report.coverage()).isEqualTo(1);
      }
    }
  }

  /** Each of its segments is built in a clone of the dataset. */
  @Test
  void anIndexOfWordsLivesOnS3() throws Exception {
    try (FaultProxy proxy = FaultProxy.before(server, Faults.NONE, SEED);
        ValuesTable table = new ValuesTable(location(server.port()), false, SEED)) {
      Configuration stream = ofIds(proxy.port());
      stream.set(FreshetOptions.COLUMN, ValuesTable.PROSE);
      stream.set(FreshetOptions.INDEX_TYPE, "INVERTED");
      FileSystems.initialize(stream);
      table.append(FILL_ROWS);
      try (TestJob job = TestJob.start(stream, S3Server.uri("checkpoints"), 2, 0);
          TestIndex index = new TestIndex(stream)) {
        index.awaitComplete(job, PATIENCE);
        table.append(APPEND_ROWS);
        table.delete("id % 7 = 1");
        index.awaitComplete(job, PATIENCE);
        ScalarVerification.Report report = index.valuesReport();
        assertThat(report.violations()).isEmpty();
        assertThat(report.coverage()).isEqualTo(1);
      }
    }
  }

  private static Configuration ofIds(int port) {
    Configuration stream = stream(port);
    stream.set(FreshetOptions.COLUMN, VectorTable.ID);
    stream.set(FreshetOptions.INDEX_TYPE, "BTREE");
    List.of(
            FreshetOptions.INDEX_METRIC,
            FreshetOptions.INDEX_PARTITIONS,
            FreshetOptions.INDEX_SUB_VECTORS)
        .forEach(stream::removeConfig);
    return stream;
  }

  private static DatasetLocation location(int port) {
    return StreamOptions.from(stream(port)).location();
  }

  private static Configuration stream(int port) {
    Configuration stream =
        TestIndex.stream(S3Server.uri("vectors.lance"), IndexType.IVF_PQ, Metric.L2);
    stream.addAll(S3Server.options(port));
    stream.set(FreshetOptions.INDEX_SUB_VECTORS, 4);
    stream.set(FreshetOptions.SEGMENTS_PER_TIER, 4);
    return stream;
  }

  @Test
  void publishingASegmentTakesFewRequests() throws Exception {
    try (FaultProxy proxy = FaultProxy.before(server, Faults.NONE, SEED);
        VectorTable table = VectorTable.create(location(server.port()), DIMENSION)) {
      Configuration stream = stream(proxy.port());
      stream.set(FreshetOptions.FRESHNESS, Duration.ofSeconds(20));
      FileSystems.initialize(stream);
      table.append(vectors.next(FILL_ROWS), FILL_ROWS);
      try (TestJob job = TestJob.start(stream, S3Server.uri("checkpoints"), 1, 0);
          TestIndex index = new TestIndex(stream(server.port()))) {
        index.awaitComplete(job, PATIENCE);
        Map<String, Integer> before = proxy.requests();
        table.append(vectors.next(APPEND_ROWS), APPEND_ROWS);
        index.awaitComplete(job, PATIENCE);
        Map<String, Integer> after = proxy.requests();
        after.replaceAll((kind, count) -> count - before.getOrDefault(kind, 0));
        LOG.info("Requests of one segment: {}", after);
        assertThat(after)
            .as("requests for one segment, its shard and its verification")
            .containsEntry("flink PUT vectors.lance", 2)
            .hasEntrySatisfying("flink GET vectors.lance", most(8))
            .hasEntrySatisfying("flink HEAD vectors.lance", most(20))
            .hasEntrySatisfying("flink LIST vectors.lance", most(6))
            .hasEntrySatisfying("flink DELETE vectors.lance", most(2))
            .hasEntrySatisfying("lance PUT vectors.lance", most(8))
            .hasEntrySatisfying("lance GET vectors.lance", most(40));
      }
    }
  }

  private static Consumer<Integer> most(int bound) {
    return count -> assertThat(count).isLessThanOrEqualTo(bound);
  }
}
