package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.bench.work.DriftSteps.Numbers;
import dev.freshet.bench.work.DriftSteps.Step;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.ModelError;
import dev.freshet.vector.quantizer.VectorBatch;
import dev.freshet.vector.training.ModelTrainer;
import dev.freshet.vector.training.TrainingSpec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to a table, and how strange its new rows are to a model of the first ones. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DriftStreamTest {

  private static final DriftSize TINY = new DriftSize(32, 6000, 1000, 20);

  private IvfModel model;
  private double first;

  @BeforeAll
  void train() {
    Step fill = new DriftStream(Drift.NONE, TINY).next();
    TrainingSpec spec = new TrainingSpec(IndexType.IVF_PQ, Metric.L2, 256, 4, 8, 42, 5);
    model = new ModelTrainer(Kernels.best(), 1).train(spec, fill.vectors().clone(), 6000, 32);
    first = error(fill);
  }

  private double error(Step step) {
    int rows = step.vectors().length / TINY.dimension();
    BitSet valid = new BitSet();
    valid.set(0, rows);
    VectorBatch batch = new VectorBatch(new long[rows], step.vectors(), valid, rows);
    return ModelError.of(model, Kernels.best(), batch).orElseThrow();
  }

  private static List<Step> all(Drift drift) {
    List<Step> steps = new ArrayList<>();
    for (DriftStream stream = new DriftStream(drift, TINY); stream.hasNext(); ) {
      steps.add(stream.next());
    }
    return steps;
  }

  @ParameterizedTest
  @EnumSource
  void everyStreamBeginsWithTheSameRows(Drift drift) {
    List<Step> steps = all(drift);
    assertThat(steps).hasSize(21);
    assertThat(steps.get(0).vectors())
        .hasSize(6000 * 32)
        .isEqualTo(new DriftStream(Drift.NONE, TINY).next().vectors());
    assertThat(steps.subList(1, 21)).allMatch(step -> step.vectors().length == 1000 * 32);
    assertThat(all(drift).get(20).vectors()).isEqualTo(steps.get(20).vectors());
  }

  @ParameterizedTest
  @CsvSource({
    "WALK, 0, 0, 0",
    "TOPICS, 0, 0, 0",
    "WINDOW, 0, 1000, 18000",
    "CHURN, 2000, 4000, 21000",
    "NONE, 0, 0, 0"
  })
  void theOldestRowsAreDeleted(Drift drift, long atFirst, long atThree, long atLast) {
    List<Step> steps = all(drift);
    assertThat(deletedBy(steps, 0)).isZero();
    assertThat(deletedBy(steps, 1)).isEqualTo(atFirst);
    assertThat(deletedBy(steps, 3)).isEqualTo(atThree);
    assertThat(deletedBy(steps, 20)).isEqualTo(atLast);
  }

  /** Rows from the oldest on; none twice. */
  private static long deletedBy(List<Step> steps, int last) {
    long oldest = 0;
    for (Step step : steps.subList(0, last + 1)) {
      for (Numbers deleted : step.deleted()) {
        assertThat(deleted.from()).isEqualTo(oldest);
        oldest = deleted.to();
      }
    }
    return oldest;
  }

  @ParameterizedTest
  @EnumSource(names = {"TOPICS", "WINDOW", "CHURN"})
  void newClustersAreStrangeAtOnce(Drift drift) {
    assertThat(error(all(drift).get(1)) / first).isGreaterThan(2);
  }

  @Test
  void walkingClustersBecomeStrangeSlowly() {
    List<Step> steps = all(Drift.WALK);
    double still = error(all(Drift.NONE).get(20));
    assertThat(error(steps.get(1)) / still).isLessThan(1.5);
    assertThat(error(steps.get(20)) / still).isGreaterThan(1.5);
  }

  @Test
  void withoutDriftNothingIsStrange() {
    assertThat(error(all(Drift.NONE).get(20)) / error(all(Drift.NONE).get(1))).isBetween(0.9, 1.1);
  }
}
