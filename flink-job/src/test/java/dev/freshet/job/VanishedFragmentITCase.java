package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.FaultProxy.Faults;
import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fragment goes when discovery has handed it out and its rows are not read yet: the request that
 * reads them is held back on its way to a real S3 server until the fragment is gone.
 */
class VanishedFragmentITCase {

  private static final long SEED = 61;
  private static final int DIMENSION = 16;
  private static final int ROWS = 400;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);
  private S3Server server;
  private FaultProxy proxy;
  private VectorTable table;
  private DatasetLocation direct;
  private OtherWriter writer;

  /** The fragment that goes: its data file, and the id of its first row. */
  private record Going(String file, long firstId) {}

  /** What another writer does to the dataset. */
  private interface Change {
    void make(Going going) throws Exception;
  }

  @BeforeEach
  void startServer() throws Exception {
    server = S3Server.start(directory);
    proxy = FaultProxy.before(server, Faults.NONE, SEED);
    direct = StreamOptions.from(stream(server.port())).location();
    FileSystems.initialize(stream(proxy.port()));
    table = VectorTable.create(direct, DIMENSION);
    writer = new OtherWriter(direct);
  }

  @AfterEach
  void stopServer() throws Exception {
    FileSystems.initialize(new Configuration());
    table.close();
    proxy.close();
    server.close();
  }

  /** One after the other, under one job: its rows are deleted or overwritten; its file goes too. */
  @Test
  void theRestGoesOn() throws Exception {
    try (TestJob job = TestJob.start(stream(proxy.port()), S3Server.uri("checkpoints"), 1, 0);
        TestIndex index = new TestIndex(stream(server.port()))) {
      table.append(vectors.next(ROWS), ROWS);
      index.awaitComplete(job, PATIENCE);
      assertGoesOn("deleted", this::delete, 2L * ROWS, job, index);
      assertGoesOn("deleted and cleaned up", cleaned(this::delete), 3L * ROWS, job, index);
      assertGoesOn("overwritten", this::overwrite, ROWS, job, index);
      assertGoesOn("overwritten and cleaned up", cleaned(this::overwrite), ROWS, job, index);
    }
  }

  private void delete(Going going) {
    table.delete(
        VectorTable.ID
            + " >= "
            + going.firstId()
            + " AND "
            + VectorTable.ID
            + " < "
            + (going.firstId() + ROWS));
  }

  private void overwrite(Going going) {
    writer.overwrite(vectors.next(ROWS), ROWS);
  }

  private Change cleaned(Change change) {
    return going -> {
      change.make(going);
      writer.forgetOldVersions();
      assertThat(dataFiles()).doesNotContain(going.file());
    };
  }

  /** Of two fragments that come at once one goes while its read is held back. */
  private void assertGoesOn(String how, Change change, long rows, TestJob job, TestIndex index)
      throws Exception {
    List<String> before = dataFiles();
    long firstId = table.appendedRows();
    proxy.gate().close("_versions"); // so that discovery sees both at once
    table.append(vectors.next(ROWS), ROWS);
    List<String> added = dataFiles();
    added.removeAll(before);
    table.append(vectors.next(ROWS), ROWS);
    Going going = new Going(added.get(0), firstId);
    proxy.gate().close(going.file());
    awaitHeld(job);

    change.make(going);
    proxy.gate().open();

    index.awaitComplete(job, PATIENCE);
    String description = how + ", seed " + SEED;
    assertThat(index.assertClean(description).indexedRows()).as(description).isEqualTo(rows);
    assertThat(index.manifest().liveRows()).as(description).isEqualTo(rows);
    assertThat(job.count("fragmentsUnreadable")).as(description).isZero();
    assertThat(job.restarts()).as(description).isZero();
    DatasetFiles files = StorageAccess.datasetFiles(direct, RequestCounter.NONE);
    assertThat(new DeadLetters(files, "vector_idx").list()).as(description).isEmpty();
  }

  private void awaitHeld(TestJob job) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (proxy.gate().waiting() == 0) {
      assertThat(System.nanoTime()).as("no read is held: %s", job.failure()).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private List<String> dataFiles() throws IOException {
    Path data = directory.resolve("data/" + S3Server.BUCKET + "/vectors.lance/data");
    try (Stream<Path> files = Files.list(data)) {
      return new ArrayList<>(files.map(file -> file.getFileName().toString()).toList());
    }
  }

  private static Configuration stream(int port) {
    Configuration stream =
        TestIndex.stream(S3Server.uri("vectors.lance"), IndexType.IVF_PQ, Metric.L2);
    stream.addAll(S3Server.options(port));
    stream.set(FreshetOptions.INDEX_SUB_VECTORS, 4);
    stream.set(FreshetOptions.STALL_TIMEOUT, Duration.ofSeconds(20));
    return stream;
  }
}
