package dev.freshet.operators.train;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.metrics.TrainingMetrics;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.quarantine.Attempts;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
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

  /**
   * A model of so many times the partitions that it had at first, or that the table would get anew,
   * grows no more.
   */
  private static final int MOST_GROWTH = 8;

  /** Rows that are covered already, to compare new ones with. */
  private static final int COMPARED_ROWS = 1024;

  /** Among new rows that have drifted, strange ones are so many times as frequent as before. */
  private static final int UNUSUAL = 2;

  /**
   * Partitions of strangers have at least one in so many of the rows that others have: a query
   * looks into so many partitions, and finds few rows in small ones.
   */
  private static final int SPARSEST = 16;

  /** A model to which so many of the rows before are strange does not fit them anyway. */
  private static final double UNFIT = 0.25;

  /** For so long nothing is looked at after a process died: those that encode find out of what. */
  private static final Duration CAUTION = Duration.ofHours(1);

  private final StreamOptions options;
  private final ModelStore store;
  private final RowSamples samples;
  private final ModelSuccession succession;
  private final TrainingMetrics metrics;
  private final ModelErrors errors;
  private final Attempts attempts;
  private final Instant looksFrom;
  private Optional<Following> following = Optional.empty();

  /**
   * A model that is followed.
   *
   * @param growth empty if it is not known how well the model fitted, or it does not grow
   * @param seen rows that were strange to it
   * @param firstPartitions that it had before it grew
   */
  private record Following(
      ModelReference model, Optional<ModelGrowth> growth, Strangers seen, int firstPartitions) {}

  /** Rows of a shard, at random. */
  @FunctionalInterface
  private interface RowSource {
    VectorBatch draw(int most) throws IOException;
  }

  ModelFollower(
      StreamOptions options,
      ModelStore store,
      RowSamples samples,
      ModelSuccession succession,
      TrainingMetrics metrics)
      throws IOException {
    this.options = options;
    this.store = store;
    this.samples = samples;
    this.succession = succession;
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
   * The model to encode a task with: the one that is given, what it grows to, or what takes its
   * place.
   *
   * @param dataset a version that the task's rows are read from, or a later one
   * @param manifest of that version
   */
  ModelReference follow(
      ModelReference model, DatasetHandle dataset, ManifestVersion manifest, ShardTask task) {
    if (task.index() > 0 || Instant.now().isBefore(looksFrom)) {
      return model;
    }
    try {
      Coverage fragments = Coverage.of(task.ranges().stream().mapToInt(RowRange::fragment));
      RowSource rows = count -> samples.draw(dataset, fragments, count);
      Following followed = following(model);
      return followed.growth().isPresent()
          ? follow(followed, followed.growth().get(), rows, dataset, manifest).orElse(model)
          : model;
    } catch (IOException | RuntimeException e) {
      LOG.warn("Shard {} is encoded without a look at its rows before", task.shard(), e);
      return model;
    }
  }

  private Following following(ModelReference model) throws IOException {
    if (following.isEmpty() || !following.get().model().id().equals(model.id())) {
      ModelErrors.Fit fit = errors.fit(model.id());
      OptionalDouble usual = fit.error();
      IvfModel content = store.load(model);
      Optional<ModelGrowth> growth =
          usual.orElse(0) > 0 && isByCentroid(content)
              ? Optional.of(
                  new ModelGrowth(content, usual.getAsDouble(), Kernels.best(), threads()))
              : Optional.empty();
      int partitions = fit.firstPartitions().orElse(content.partitions());
      Strangers none = new Strangers(learntRows(content));
      following = Optional.of(new Following(model, growth, none, partitions));
    }
    return following.get();
  }

  private Optional<ModelReference> follow(
      Following followed,
      ModelGrowth growth,
      RowSource rows,
      DatasetHandle dataset,
      ManifestVersion manifest)
      throws IOException {
    int wanted =
        options.vectors().partitions().orElseGet(() -> ModelSizing.partitions(manifest.liveRows()));
    int first = Math.max(wanted, followed.firstPartitions());
    int room = MOST_GROWTH * first - growth.model().partitions();
    boolean givesWay = succession.isDue(growth.model(), first, manifest);
    if (room < 1 && !givesWay) {
      return Optional.empty();
    }
    VectorBatch probe = rows.draw(PROBED_ROWS);
    VectorBatch strange = growth.strangers(probe);
    double share = (double) strange.rows() / Math.max(1, probe.rows());
    Strangers seen = followed.seen();
    seen.add(strange, probe.rows(), growth.model().dimension());
    Optional<VectorBatch> kept = seen.forATry(share);
    if (kept.isEmpty() || isUsual(seen.share(), growth, dataset, manifest)) {
      return Optional.empty();
    }
    long start = System.nanoTime();
    VectorBatch all = probe.rows() < PROBED_ROWS ? kept.get() : more(growth, rows, kept.get());
    double strangers = share * manifest.liveRows(manifest.uncovered());
    Optional<IvfModel> grown =
        grow(growth, all, strangers, wanted, room > 0 ? room : wanted, manifest);
    metrics.tried((System.nanoTime() - start) / 1_000_000);
    if (grown.isEmpty()) {
      return Optional.empty();
    }
    Optional<ModelReference> successor =
        givesWay ? succession.successor(growth.model(), dataset, manifest) : Optional.empty();
    return successor.isPresent() || room < 1
        ? successor
        : Optional.of(keep(followed, grown.get(), all.rows()));
  }

  /**
   * @param strangers how many there may be in all
   * @param wanted partitions that the table would get anew
   * @param most partitions that the model may get
   */
  private static Optional<IvfModel> grow(
      ModelGrowth growth,
      VectorBatch known,
      double strangers,
      int wanted,
      int most,
      ManifestVersion manifest) {
    double rowsPerPartition = (double) manifest.liveRows() / wanted;
    double sparsest = SPARSEST * Math.max(strangers, known.rows()) / rowsPerPartition;
    return growth.grow(
        known,
        (int) Math.min(wanted, Math.ceil(strangers / rowsPerPartition)),
        (int) Math.min(most, Math.ceil(sparsest)));
  }

  /**
   * Whether strange rows are as frequent among those that are covered: rows of clusters that share
   * a partition, for instance.
   */
  private boolean isUsual(
      double share, ModelGrowth growth, DatasetHandle dataset, ManifestVersion manifest)
      throws IOException {
    Coverage covered = manifest.covered();
    if (covered.isEmpty()) {
      return false;
    }
    VectorBatch before = samples.drawReadable(dataset, covered, COMPARED_ROWS);
    double usual = (double) growth.strangers(before).rows() / Math.max(1, before.rows());
    return usual < UNFIT && share <= UNUSUAL * usual;
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

  private ModelReference keep(Following followed, IvfModel grown, int strangers)
      throws IOException {
    double usual = followed.growth().orElseThrow().usual();
    errors.put(grown.id(), usual, followed.firstPartitions());
    ModelReference reference = store.save(grown);
    metrics.grown();
    LOG.info(
        "Model {} grew to {} of {} partitions by {} vectors that were strange to it",
        followed.model().id(),
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
