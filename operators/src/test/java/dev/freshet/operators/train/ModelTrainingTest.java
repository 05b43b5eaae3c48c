package dev.freshet.operators.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.metrics.TrainingMetrics;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ModelReference;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTrainingTest {

  private static final int PARTITIONS = 4;

  @TempDir Path directory;

  private final RecordedMetrics metrics = new RecordedMetrics();
  private TestStream stream;

  @BeforeEach
  void createTable() {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 4);
    stream.config.set(FreshetOptions.INDEX_PARTITIONS, PARTITIONS);
    stream.dataset.append(stream.vectors, TestStream.ROWS);
  }

  @AfterEach
  void closeTable() {
    stream.close();
  }

  @Test
  void takesThePlaceOfAllThatTheIndexHas() throws Exception {
    IvfModel others = TestModels.of(stream.vectors, IndexType.IVF_FLAT, Metric.L2, 7);
    TestSegments.publish(
        stream.dataset, TestSegments.build(stream.dataset, others, Coverage.of(0)));
    IvfModel before = model(new float[8 * PARTITIONS * stream.vectors.dimension()]);
    IvfModel successor = stream.models().load(successor(before).orElseThrow());
    assertThat(successor.partitions()).isEqualTo(PARTITIONS);
    assertThat(Successions.of(stream.options()).replacedBy(successor.origin()))
        .containsExactlyInAnyOrder(others.origin(), before.origin());
    assertThat(ModelErrors.of(stream.options()).find(successor.id()).getAsDouble()).isPositive();
    assertThat(metrics.count("modelsTrained")).isEqualTo(1);
  }

  /** Nothing fits rows as well as a model that has a centroid at each. */
  @Test
  void doesNotTakeThePlaceOfWhatFitsFarBetter() throws Exception {
    assertThat(successor(model(stream.vectors.values()))).isEmpty();
    assertThat(stream.dataset.path().resolve("_freshet/models")).doesNotExist();
    assertThat(metrics.count("modelsTrained")).as("tries of more partitions").isGreaterThan(1);
  }

  private Optional<ModelReference> successor(IvfModel before) throws Exception {
    ModelTraining training =
        new ModelTraining(
            stream.options(),
            stream.models(),
            new RowSamples(stream.options().vectors()),
            new TrainingMetrics(metrics.group()));
    try (DatasetHandle dataset = stream.dataset.open()) {
      return training.successor(dataset, stream.manifest(), before);
    }
  }

  private IvfModel model(float[] centroids) {
    return new IvfModel(
        IndexType.IVF_FLAT, Metric.L2, stream.vectors.dimension(), centroids, new Quantizer.Flat());
  }
}
