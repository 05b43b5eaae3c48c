package dev.freshet.operators.train;

import dev.freshet.operators.metrics.StorageMetrics;
import dev.freshet.operators.metrics.TrainingMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.wire.Publication;
import dev.freshet.operators.wire.WireKind;
import dev.freshet.operators.wire.WireTypeInfo;
import dev.freshet.operators.wire.Work;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.ModelReference;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * TrainModel: names the model with which each task is encoded, and sends compactions aside.
 *
 * <p>Runs with parallelism 1 and trains in place: nothing behind it could work before anyway.
 */
public final class TrainModel extends ProcessFunction<Work, AssignTask>
    implements CheckpointedFunction {

  public static final OutputTag<CompactionGroup> COMPACTIONS =
      new OutputTag<>(
          "compactions", WireTypeInfo.of(WireKind.COMPACTION_GROUP, CompactionGroup.class));

  public static final OutputTag<Publication> RECHECKS =
      new OutputTag<>("rechecks", WireTypeInfo.of(WireKind.PUBLICATION, Publication.class));

  private static final long serialVersionUID = 1L;

  private final Configuration config;
  private transient Optional<ModelReference> restored;
  private transient ListState<ModelReference> checkpoint;
  private transient ModelResolver models;

  public TrainModel(Configuration config) {
    this.config = config;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    checkpoint =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>(
                    "model", WireTypeInfo.of(WireKind.MODEL_REFERENCE, ModelReference.class)));
    restored = Optional.empty();
    for (ModelReference model : checkpoint.get()) {
      restored = Optional.of(model);
    }
  }

  @Override
  public void open(OpenContext context) {
    StreamOptions options = StreamOptions.from(config);
    MetricGroup group = getRuntimeContext().getMetricGroup();
    models =
        new ModelResolver(
            options,
            options.indexStorage(new StorageMetrics(group)),
            new TrainingMetrics(group),
            restored);
  }

  @Override
  public void processElement(Work work, Context context, Collector<AssignTask> out)
      throws Exception {
    if (work instanceof Work.Compact compact) {
      context.output(COMPACTIONS, compact.group());
    } else if (work instanceof Work.Recheck recheck) {
      context.output(RECHECKS, new Publication.Recheck(recheck.segment()));
    } else if (work instanceof Work.Index index) {
      Optional<ModelReference> model = models.resolve(index.task().version());
      model.ifPresent(reference -> out.collect(new AssignTask(index.task(), reference)));
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    checkpoint.clear();
    if (models.current().isPresent()) {
      checkpoint.add(models.current().get());
    }
  }

  @Override
  public void close() {
    if (models != null) {
      models.close();
    }
  }
}
