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
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.ShardTask;
import java.io.IOException;
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
 * TrainModel: names the model with which each task is encoded, and sends compactions aside. An
 * index without vectors has none.
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
  private transient Optional<ModelResolver> models;

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
  public void open(OpenContext context) throws IOException {
    StreamOptions options = StreamOptions.from(config);
    MetricGroup group = getRuntimeContext().getMetricGroup();
    models =
        options.index() instanceof IndexSpec.Vector
            ? Optional.of(
                new ModelResolver(
                    options,
                    options.indexStorage(new StorageMetrics(group)),
                    new TrainingMetrics(group),
                    restored))
            : Optional.empty();
  }

  @Override
  public void processElement(Work work, Context context, Collector<AssignTask> out)
      throws Exception {
    if (work instanceof Work.Compact compact) {
      context.output(COMPACTIONS, compact.group());
    } else if (work instanceof Work.Recheck recheck) {
      context.output(RECHECKS, new Publication.Recheck(recheck.segment()));
    } else if (work instanceof Work.Index index) {
      assign(index.task(), out);
    }
  }

  private void assign(ShardTask task, Collector<AssignTask> out) throws IOException {
    if (models.isEmpty()) {
      out.collect(new AssignTask(task, Optional.empty()));
      return;
    }
    Optional<ModelReference> model = models.get().resolve(task);
    if (model.isPresent()) {
      out.collect(new AssignTask(task, model));
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    checkpoint.clear();
    Optional<ModelReference> model = models.flatMap(ModelResolver::current);
    if (model.isPresent()) {
      checkpoint.add(model.get());
    }
  }

  @Override
  public void close() {
    if (models != null) {
      models.ifPresent(ModelResolver::close);
    }
  }
}
