package dev.freshet.job;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;

/**
 * Writes the savepoint that is kept for a release, to be run by hand once: {@code ReleaseSavepoint
 * <directory>}. The window is so long that the sealed shards wait in it.
 */
final class ReleaseSavepoint {

  private static final int DIMENSION = 16;
  private static final int FILL_ROWS = 600;

  private ReleaseSavepoint() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("release-savepoint-");
    Path path = directory.resolve("vectors");
    Configuration stream = TestIndex.stream(path, IndexType.IVF_PQ, Metric.L2);
    stream.set(FreshetOptions.FRESHNESS, Duration.ofMinutes(10));
    ClusteredVectors vectors = new ClusteredVectors(DIMENSION, 1);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION)) {
      table.append(vectors.next(FILL_ROWS), FILL_ROWS);
      table.append(vectors.next(FILL_ROWS), FILL_ROWS);
      try (TestJob job = TestJob.start(stream, directory.resolve("checkpoints"), 2, 0)) {
        job.awaitRunning();
        Thread.sleep(Duration.ofSeconds(10).toMillis());
        System.out.println(
            job.stopWithSavepoint(Path.of(arguments[0]), SavepointFormatType.CANONICAL));
      }
    }
  }
}
