package dev.freshet.operators.lance;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.CommitBuilder;
import org.lance.Transaction;
import org.lance.operation.CreateIndex;

/** Overlapping segments in a raw transaction: why the publisher checks the coverage itself. */
class LanceOverlapAbortTest {

  @TempDir Path directory;

  @Test
  void abortsTheProcess() throws Exception {
    AbortingProcess.assertAborts(Overlap.class, directory);
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
          System.out.println(AbortingProcess.BEFORE);
          new CommitBuilder(handle.dataset()).execute(raw).close();
          System.out.println(AbortingProcess.AFTER);
        }
      }
    }
  }
}
