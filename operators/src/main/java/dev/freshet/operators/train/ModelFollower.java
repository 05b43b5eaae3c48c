package dev.freshet.operators.train;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.metrics.TrainingMetrics;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.quarantine.Attempts;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.ShardTask;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import dev.freshet.vector.quantizer.Residuals;
import dev.freshet.vector.quantizer.VectorBatch;
import dev.freshet.vector.training.ModelGrowth;
import dev.freshet.vector.training.ModelSizing;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the model grow for rows that it would code badly, before they are encoded: some rows of each
 * shard are looked at, and many only if some of those are strange to the model.
 *
 * <p>To follow is no duty: where rows cannot be read, or a process died within the hour, they are
 * encoded as they are. Holds at most {@value #LEARNT_BYTES} bytes of vectors and what {@link
 * ModelGrowth} does. Not thread-safe.
 */
final class ModelFollower implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ModelFollower.class);

  private static final int PROBED_ROWS = 256;
  private static final int LEARNT_ROWS = 1 << 14;
  private static final long LEARNT_BYTES = 32L << 20;

  /** A model of so many times the partitions that the table would get anew grows no more. */
  private static final int MOST_GROWTH = 8;

  /** For so long nothing is looked at after a process died: those that encode find out of what. */
  private static final Duration CAUTION = Duration.ofHours(1);

  private final StreamOptions options;
  private final ModelStore store;
  private final RowSamples samples;
  private final TrainingMetrics metrics;
  private final ModelErrors errors;
  private final Attempts attempts;
  private final Instant looksFrom;
  private Optional<Following> following = Optional.empty();

  /** A model that is followed, and the rows that were strange to it; without growth if unknown. */
  private record Following(ModelReference model, Optional<ModelGrowth> growth, Strangers seen) {}

  /** Rows of a shard, at random. */
  @FunctionalInterface
  private interface RowSource {
    VectorBatch draw(int most) throws IOException;
  }

  ModelFollower(
      StreamOptions options, ModelStore store, RowSamples samples, TrainingMetrics metrics)
      throws IOException {
    this.options = options;
    this.store = store;
    this.samples = samples;
    this.metrics = metrics;
    this.errors = ModelErrors.of(options);
    this.attempts =
        Attempts.open(
            StorageAccess.datasetFiles(options.location(), RequestCounter.NONE),
            options.index().name(),
            "follow-0");
    this.looksFrom = attempts.cautious() ? Instant.now().plus(CAUTION) : Instant.MIN;
  }

  /**
   * The model to encode a task with: the one that is given, or what it grows to.
   *
   * @param dataset a version that the task's rows are read from, or a later one
   * @param liveRows of the table
   * @param waitingRows of these, rows that are not covered yet
   */
  ModelReference follow(
      ModelReference model,
      DatasetHandle dataset,
      ShardTask task,
      long liveRows,
      long waitingRows) {
    if (task.index() > 0 || Instant.now().isBefore(looksFrom)) {
      return model;
    }
    try {
      Coverage fragments = Coverage.of(task.ranges().stream().mapToInt(RowRange::fragment));
      RowSource rows = count -> samples.draw(dataset, fragments, count);
      return grow(following(model), rows, liveRows, waitingRows).orElse(model);
    } catch (IOException | RuntimeException e) {
      LOG.warn("Shard {} is encoded without a look at its rows before", task.shard(), e);
      return model;
    }
  }

  private Following following(ModelReference model) throws IOException {
    if (following.isEmpty() || !following.get().model().id().equals(model.id())) {
      OptionalDouble usual = errors.find(model.id());
      IvfModel content = store.load(model);
      Optional<ModelGrowth> growth =
          usual.orElse(0) > 0 && isByCentroid(content)
              ? Optional.of(
                  new ModelGrowth(content, usual.getAsDouble(), Kernels.best(), threads()))
              : Optional.empty();
      following = Optional.of(new Following(model, growth, new Strangers(learntRows(content))));
    }
    return following.get();
  }

  private Optional<ModelReference> grow(
      Following followed, RowSource rows, long liveRows, long waitingRows) throws IOException {
    if (followed.growth().isEmpty()) {
      return Optional.empty();
    }
    ModelGrowth growth = followed.growth().get();
    int wanted = options.vectors().partitions().orElseGet(() -> ModelSizing.partitions(liveRows));
    long room = (long) MOST_GROWTH * wanted - growth.model().partitions();
    if (room < 1) {
      return Optional.empty();
    }
    VectorBatch probe = rows.draw(PROBED_ROWS);
    VectorBatch strange = growth.strangers(probe);
    double share = (double) strange.rows() / Math.max(1, probe.rows());
    followed.seen().add(strange, growth.model().dimension());
    Optional<VectorBatch> kept = followed.seen().forATry(share);
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    long start = System.nanoTime();
    VectorBatch all = probe.rows() < PROBED_ROWS ? kept.get() : more(growth, rows, kept.get());
    double rowsPerPartition = (double) liveRows / wanted;
    int least = (int) Math.min(wanted, Math.ceil(share * waitingRows / rowsPerPartition));
    Optional<IvfModel> grown = growth.grow(all, least, (int) Math.min(room, Integer.MAX_VALUE));
    Optional<ModelReference> reference =
        grown.isPresent() ? Optional.of(keep(growth, grown.get(), all.rows())) : Optional.empty();
    metrics.grown(grown.isPresent(), (System.nanoTime() - start) / 1_000_000);
    return reference;
  }

  /** The strangers among many rows of the shard, or those that are kept if these are more. */
  private static VectorBatch more(ModelGrowth growth, RowSource rows, VectorBatch kept)
      throws IOException {
    VectorBatch strange = growth.strangers(rows.draw(learntRows(growth.model())));
    return strange.rows() > kept.rows() ? strange : kept;
  }

  /** Whether a nearer centroid makes a better code. */
  private static boolean isByCentroid(IvfModel model) {
    return model.quantizer() instanceof Quantizer.Flat
        || model.quantizer() instanceof Quantizer.Product && Residuals.used(model.metric());
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static int learntRows(IvfModel model) {
    long bound = LEARNT_BYTES / ((long) model.dimension() * Float.BYTES);
    return (int) Math.max(PROBED_ROWS, Math.min(LEARNT_ROWS, bound));
  }

  private ModelReference keep(ModelGrowth growth, IvfModel grown, int strangers)
      throws IOException {
    errors.put(grown.id(), growth.usual());
    ModelReference reference = store.save(grown);
    LOG.info(
        "Model {} grew to {} of {} partitions by {} vectors that were strange to it",
        growth.model().id(),
        reference.id(),
        grown.partitions(),
        strangers);
    return reference;
  }

  @Override
  public void close() {
    attempts.close();
  }
}
