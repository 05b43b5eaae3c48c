package dev.freshet.operators.assign;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.metrics.StorageMetrics;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.quarantine.Attempts;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.train.ModelStore;
import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.operators.wire.WireKind;
import dev.freshet.operators.wire.WireTypeInfo;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * AssignVectors: encodes the tasks of a shard one by one; the last one seals the shard.
 *
 * <p>The partial shard is keyed state, so after a failure only the tasks since the last checkpoint
 * are done again. All its rows are encoded by the model of its first task.
 */
public final class AssignVectors extends KeyedProcessFunction<String, AssignTask, SealedShard> {

  private static final Logger LOG = LoggerFactory.getLogger(AssignVectors.class);
  private static final long serialVersionUID = 1L;

  private final Configuration config;
  private transient DatasetVersions versions;
  private transient Attempts attempts;
  private transient EncodingMetrics metrics;
  private transient RangeEncoder encoder;
  private transient ShardSealer sealer;
  private transient MapState<Integer, EncodedPart> parts;
  private transient ValueState<Integer> done;
  private transient ValueState<ModelReference> model;

  public AssignVectors(Configuration config) {
    this.config = config;
  }

  @Override
  public void open(OpenContext context) throws IOException {
    StreamOptions options = StreamOptions.from(config);
    StorageMetrics requests = new StorageMetrics(getRuntimeContext().getMetricGroup());
    DatasetFiles files = StorageAccess.datasetFiles(options.location(), requests);
    DeadLetters deadLetters = new DeadLetters(files, options.index().name());
    metrics = new EncodingMetrics(getRuntimeContext());
    versions = new DatasetVersions(options.location(), ArrowBudget.ROWS);
    Optional<ModelStore> models =
        ModelStore.find(options, options.indexStorage(requests), versions);
    attempts =
        Attempts.open(
            files,
            options.index().name(),
            "assign-" + getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
    encoder =
        new CautiousEncoder(
            RangeEncoder.of(options, versions, models, deadLetters, metrics),
            attempts,
            deadLetters,
            metrics,
            options.stallTimeout(),
            Clock.systemUTC());
    sealer = new ShardSealer(options, models);
    parts =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "partial-shard",
                    Types.INT,
                    WireTypeInfo.of(WireKind.ENCODED_PART, EncodedPart.class)));
    done = getRuntimeContext().getState(new ValueStateDescriptor<>("tasks-done", Types.INT));
    model =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>(
                    "shard-model",
                    WireTypeInfo.of(WireKind.MODEL_REFERENCE, ModelReference.class)));
  }

  @Override
  public void processElement(AssignTask assigned, Context context, Collector<SealedShard> out)
      throws Exception {
    if (assigned.task().count() == 1) {
      seal(assigned, List.of(encoder.encode(assigned)), out);
      return;
    }
    AssignTask task = inModelOfShard(assigned);
    EncodedPart part = encoder.encode(task);
    parts.put(task.task().index(), sealer.spillIfLarge(task, part));
    int count = task.task().count();
    int tasksDone = Optional.ofNullable(done.value()).orElse(0) + 1;
    if (tasksDone < count) {
      done.update(tasksDone);
      return;
    }
    seal(task, takeParts(count), out);
  }

  /** The index may get another model between two tasks; codes of two must not mix. */
  private AssignTask inModelOfShard(AssignTask assigned) throws IOException {
    Optional<ModelReference> first = Optional.ofNullable(model.value()).or(assigned::model);
    if (first.isPresent()) {
      model.update(first.get());
    }
    return new AssignTask(assigned.task(), first);
  }

  private void seal(AssignTask last, List<EncodedPart> taken, Collector<SealedShard> out)
      throws IOException {
    try {
      sealer.seal(last, taken).ifPresent(out::collect);
    } catch (FileNotFoundException e) {
      metrics.shardAbandoned();
      LOG.error("Shard {} is left out and handed out again later", last.task().shard(), e);
    }
  }

  private List<EncodedPart> takeParts(int count) throws Exception {
    List<EncodedPart> taken = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      taken.add(parts.get(index));
    }
    parts.clear();
    done.clear();
    model.clear();
    return taken;
  }

  @Override
  public void close() {
    if (versions != null) {
      versions.close();
    }
    if (attempts != null) {
      attempts.close();
    }
  }
}
