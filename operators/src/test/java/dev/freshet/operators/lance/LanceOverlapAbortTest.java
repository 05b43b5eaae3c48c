package dev.freshet.operators.lance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.CommitBuilder;
import org.lance.Transaction;
import org.lance.operation.CreateIndex;

/** Overlapping segments in a raw transaction: why the publisher checks the coverage itself. */
class LanceOverlapAbortTest {

  private static final long SECONDS = 60;

  @TempDir Path directory;

  @Test
  void abortsTheProcess() throws Exception {
    Path output = directory.resolve("output.txt");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + directory.resolve("crash.log"),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Overlap.class.getName(),
                directory.resolve("t").toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(child.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
      String said = Files.readString(output);
      assertThat(said).contains("before the commit").doesNotContain("after the commit");
      assertThat(child.exitValue()).as(said).isNotIn(0, 1);
    } finally {
      child.destroyForcibly();
    }
  }

  /** The child: commits a segment over fragment 0 twice. */
  static final class Overlap {

    private Overlap() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
      TestVectors vectors = TestVectors.clustered(200, 8, 2, 1);
      IvfModel model = TestModels.of(vectors, IndexType.IVF_FLAT, Metric.L2, 2);
      try (TestDataset dataset = TestDataset.of(Path.of(arguments[0]), vectors, 100)) {
        TestSegments.publish(dataset, TestSegments.build(dataset, model, Coverage.of(0)));
        SegmentRegistration overlapping = TestSegments.build(dataset, model, Coverage.of(0, 1));
        try (DatasetHandle handle = dataset.open()) {
          Transaction raw =
              new Transaction.Builder()
                  .readVersion(handle.version())
                  .operation(
                      CreateIndex.builder()
                          .withNewIndices(
                              List.of(TestSegments.publisher().index(handle, overlapping)))
                          .build())
                  .build();
          System.out.println("before the commit");
          new CommitBuilder(handle.dataset()).execute(raw).close();
          System.out.println("after the commit");
        }
      }
    }
  }
}
